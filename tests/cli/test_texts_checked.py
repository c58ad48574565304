"""`flow check` reads the words too: texts that steps name exist, in every language, with the same placeholders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.console import run_json

ROOT = Path(__file__).parents[2]
PARTS = ("site.yaml", "clients.yaml", "attributes.yaml", "flows", "locales")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    return tmp_path


def findings(site: Path):
    return run_json("flow", "check", "--site", site)[1].get("findings", [])


def change(path: Path, old: str, new: str) -> int:
    """Swap a text that is there once; the line it stands on."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old", "new", "meant"),
    [
        ("sign_up", "send: registered", "send: registred", "registered"),
        ("set_password", "message: person.no_match", "message: person.no_mach", "person.no_match"),
        ("wallet", "notice: login_added", "notice: login_aded", "login_added"),
        ("choose_password", "notice: password_changed", "notice: password_changd", "password_changed"),
    ],
)
def test_a_text_that_a_step_names_has_to_exist(site: Path, file: str, old: str, new: str, meant: str):
    path = site / "flows" / f"{file}.yaml"
    line = change(path, old, new)
    (found,) = findings(site)
    assert (found["code"], found["file"], found["line"], found["suggestion"]) == (
        "F0134",
        f"flows/{file}.yaml",
        line,
        meant,
    )


def write(site: Path, **texts: str) -> None:
    """Texts of one's own at the end of each language."""
    for tag, text in texts.items():
        with (site / "locales" / f"{tag}.yaml").open("a", encoding="utf-8") as file:
            file.write(f"\nzz_own:\n  page:\n{text}\n")


def test_a_text_of_one_language_only_is_shown_where_it_belongs(site: Path):
    write(site, ja="    lead: あ\n    more: い", en="    lead: a")
    (found,) = findings(site)
    lines = (site / "locales" / "en.yaml").read_text(encoding="utf-8").splitlines()
    assert (found["code"], found["file"], lines[found["line"] - 1]) == ("T0003", "locales/en.yaml", "  page:")


def test_a_misspelt_placeholder_is_named(site: Path):
    write(site, ja='    lead: "{domian}"', en='    lead: "{domian}"')
    assert [(item["code"], item["file"], item["suggestion"]) for item in findings(site)] == [
        ("T0004", "locales/en.yaml", "{domain}"),
        ("T0004", "locales/ja.yaml", "{domain}"),
    ]


def test_a_placeholder_in_one_language_only_is_named(site: Path):
    write(site, ja='    lead: "{domain}"', en="    lead: x")
    (found,) = findings(site)
    assert (found["code"], found["file"], found["excerpt"]) == ("T0004", "locales/en.yaml", "    lead: x")
