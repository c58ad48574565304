"""`flow check`, `explain`, `doctor`, `new`: what is wrong, what it means, what is missing, what to begin with."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.console import run, run_json
from tests.config.sites import ATTRIBUTES, CLIENTS, FLOW, SITE, make_site, swap
from tests.config.test_settings import MAIL, PRODUCTION_CLIENTS, PRODUCTION_SITE

ROOT = Path(__file__).parents[2]


def test_the_sample_site_is_good():
    status, said = run_json("flow", "check", "--site", ROOT)
    assert status == 0
    assert said["ok"] is True
    assert {"sign_up", "set_password", "sign_in", "sign_up_with_code", "wallet"} <= set(said["flows"])
    assert said["clients"] == ["app", "guide", "portal", "wallet"]


def test_a_mistake_is_shown_with_its_line_a_caret_and_a_likely_spelling(tmp_path: Path):
    folder = make_site(tmp_path, site=swap(SITE, "zone: Asia/Tokyo", "zone: Asia/Tokio"))
    result = run("flow", "check", "--site", folder)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "site.yaml:4:7: S0006 zone must be a time zone like Asia/Tokyo",
        "     4 | zone: Asia/Tokio",
        "       |       ^",
        "    perhaps: Asia/Tokyo",
        "1 problem. `sekisho explain CODE` says more about each.",
    ]


def test_the_caret_stands_under_the_mistake_after_wide_letters(tmp_path: Path):
    folder = make_site(tmp_path, site=swap(SITE, "en: Sample}", "en: Sample, fr: x}"))
    lines = run("flow", "check", "--site", folder).stdout.splitlines()
    assert lines[1] == "     1 | name: {ja: 見本, en: Sample, fr: x}"
    assert lines[2] == "       | " + " " * 29 + "^"


def test_mistakes_of_all_four_kinds_and_of_texts_come_at_once(tmp_path: Path):
    folder = make_site(
        tmp_path,
        site=swap(SITE, "acr: [pwd, mfa]", "acr: [pwd, mfa, pwd]"),
        attributes=swap(ATTRIBUTES, "claim: name", "claim: sub"),
        clients=swap(CLIENTS, "consent: never", "consent: newer"),
        flow=swap(FLOW, "fields:", "feilds:"),
    )
    (folder / "locales").mkdir()
    (folder / "locales" / "en.yaml").write_text("pages:\n  x: [1]\n")
    status, said = run_json("flow", "check", "--site", folder)
    assert status == 1
    found = {(item["file"], item["code"][0]) for item in said["findings"]}
    assert found == {
        ("site.yaml", "S"),
        ("attributes.yaml", "A"),
        ("clients.yaml", "C"),
        ("flows/sign_in.yaml", "F"),
        ("locales/en.yaml", "T"),
    }
    flow = next(item for item in said["findings"] if item["file"] == "flows/sign_in.yaml")
    assert (flow["line"], flow["column"], flow["suggestion"]) == (4, 5, "fields")


def test_a_text_that_one_language_lacks_is_a_finding(tmp_path: Path):
    folder = make_site(tmp_path)
    (folder / "locales").mkdir()
    (folder / "locales" / "en.yaml").write_text("pages: {x: {heading: Only here}}\n")
    (folder / "locales" / "ja.yaml").write_text("pages:\n" + "".join(f"  y{n}: {{lead: x}}\n" for n in range(30)))
    findings = run_json("flow", "check", "--site", folder)[1]["findings"]
    by_file = [(item["file"], item["code"]) for item in findings]
    assert by_file.count(("locales/ja.yaml", "T0003")) == 1
    assert by_file.count(("locales/en.yaml", "T0003")) == 21
    assert any("10 more texts" in item["message"] for item in findings)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a: \0", b"a: " + b"x" * 300_000, b"a: &a [*a]", b"a:\n\t- b\n", b""])
def test_a_file_that_cannot_be_read_is_a_finding_and_no_traceback(tmp_path: Path, raw: bytes):
    folder = make_site(tmp_path)
    for name in ("site.yaml", "attributes.yaml", "clients.yaml", "flows/sign_in.yaml"):
        (folder / name).write_bytes(raw)
    status, said = run_json("flow", "check", "--site", folder)
    assert status == 1
    assert {item["file"] for item in said["findings"]} == {
        "site.yaml",
        "attributes.yaml",
        "clients.yaml",
        "flows/sign_in.yaml",
    }


def test_what_a_file_holds_cannot_draw_on_the_terminal(tmp_path: Path):
    folder = make_site(tmp_path, site=swap(SITE, "zone: Asia/Tokyo", 'zone: "\u202e\u200bx"'))
    output = run("flow", "check", "--site", folder).stdout
    assert "\u202e" not in output
    assert "\\u202e" in output


def test_a_code_is_explained():
    result = run("explain", "c0011")
    assert result.exit_code == 0
    assert result.stdout.startswith("C0011  An address that a client may not have\n")
    assert run_json("explain", "invalid_grant")[1]["code"] == "E0017"


def test_an_unknown_code_is_refused_with_the_nearest():
    result = run("explain", "invalid_grnt")
    assert result.exit_code == 1
    assert "perhaps invalid_grant" in result.stderr
    assert run_json("explain", "invalid_grnt")[0] == 1


def test_all_codes_are_listed():
    status, said = run_json("explain")
    assert status == 0
    assert len(said["codes"]) > 100


def test_a_new_site_is_complete_and_good(tmp_path: Path):
    folder = tmp_path / "site"
    result = run("new", folder)
    assert result.exit_code == 0
    assert {path.name for path in folder.iterdir()} == {
        *("site.yaml", "clients.yaml", "attributes.yaml", "flows", "locales", "templates", "keys", "var", ".gitignore")
    }
    assert stat.S_IMODE((folder / "keys").stat().st_mode) == 0o700
    status, said = run_json("flow", "check", "--site", folder)
    assert (status, said["flows"]) == (0, ["choose_password", "set_password", "sign_in", "sign_up"])


def test_a_new_site_has_the_strict_defaults(tmp_path: Path):
    folder = tmp_path / "site"
    assert run("new", folder).exit_code == 0
    _, said = run_json("doctor", "--site", folder, environ=MAIL)
    assert "notices" not in said


def test_a_new_site_is_never_written_over_another(tmp_path: Path):
    folder = make_site(tmp_path)
    result = run("new", folder)
    assert result.exit_code == 1
    assert "is not empty" in result.stderr
    assert (folder / "site.yaml").read_text() == SITE


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = run("new", tmp_path / "file" / "site")
    assert result.exit_code == 1
    assert "Not a directory" in result.stderr


def test_the_doctor_names_every_word_of_the_sample_that_production_refuses():
    status, said = run_json("doctor", "--site", ROOT)
    assert status == 1
    assert {"S0010", "S0014", "S0022", "C0011", "C0012", "S0042"} <= {item["code"] for item in said["findings"]}
    assert {"S0030", "S0031", "S0032"} <= {item["code"] for item in said["notices"]}
    assert said["ready"] is False


def test_the_doctor_is_content_with_a_site_that_is_ready(tmp_path: Path):
    folder = make_site(tmp_path, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    missing = {item["code"] for item in run_json("doctor", "--site", folder, environ=MAIL)[1]["findings"]}
    assert missing == {"S0050", "S0051"}
    assert not (folder / "var").exists()
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    assert run("keys", "rotate", "--site", folder).exit_code == 0
    assert run_json("doctor", "--site", folder, environ=MAIL) == (0, {"ok": True, "ready": True})


def test_the_doctor_names_each_channel_that_nothing_limits(tmp_path: Path):
    site = swap(PRODUCTION_SITE, "budgets: {mail: [{per: address, limit: 5, window: 1h}]}\n", "")
    site += "countries: [JP]\ncodes: {sms: {digits: 6, life: 5m}}\n"
    folder = make_site(tmp_path, site=site, clients=PRODUCTION_CLIENTS)
    _, said = run_json("doctor", "--site", folder, environ=MAIL)
    named = [item["message"].split()[0] for item in said["notices"] if item["code"] == "S0054"]
    assert sorted(named) == ["budgets.mail", "budgets.sms"]


def test_the_doctor_sees_files_that_others_may_read(tmp_path: Path):
    folder = make_site(tmp_path, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    assert run("keys", "rotate", "--site", folder).exit_code == 0
    (folder / "keys" / "signing.json").chmod(0o644)
    findings = run_json("doctor", "--site", folder, environ=MAIL)[1]["findings"]
    assert [(item["file"], item["code"]) for item in findings] == [("keys/signing.json", "S0052")]


def test_the_doctor_says_that_redis_is_not_used_yet(tmp_path: Path):
    folder = make_site(tmp_path, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    _, said = run_json("doctor", "--site", folder, environ={**MAIL, "SEKISHO_REDIS_URL": "redis://localhost"})
    assert [item["code"] for item in said["notices"]] == ["S0053"]
