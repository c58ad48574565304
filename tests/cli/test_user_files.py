"""`user export` and `user import`: what one writes the other reads, and a bad file changes nothing."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from idp.services import build_services
from idp.settings import from_env
from tests.cli.console import run, run_json
from tests.config.sites import make_site


@pytest.fixture
def other(tmp_path: Path, site: Path) -> Path:
    folder = make_site(tmp_path)
    shutil.copytree(site / "keys", folder / "keys")  # making new ones takes a while
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    return folder


def write(folder: Path, *lines: object) -> Path:
    path = folder / "accounts.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def users(folder: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = run_json("user", "export", "--site", folder)[1]["users"]
    return listed


def test_an_export_is_read_back_as_it_was(site: Path, other: Path, tmp_path: Path):
    words = ["--set", "name=花子", "--phone", "09055556666"]
    user = run_json("user", "add", "export@example.jp", *words, "--site", site)[1]["user"]
    services = build_services(from_env(site, development=True, environ={}))
    encoded = services.hasher.hash("a long enough password")
    services.passwords.set(user["id"], encoded, services.clock.now())
    output = tmp_path / "out.jsonl"
    assert run("user", "export", "--output", output, "--with-password-hashes", "--site", site).exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    status, said = run_json("user", "import", output, "--site", other)
    assert (status, said["imported"]) == (0, len(users(site)))
    assert users(other) == users(site)
    there = build_services(from_env(other, development=True, environ={}))
    assert there.passwords.get(user["id"]) == encoded


def test_hashes_stay_here_unless_asked_for(site: Path):
    assert all("password_hash" not in user for user in users(site))


def test_an_export_never_overwrites_a_file(site: Path, tmp_path: Path):
    output = tmp_path / "out.jsonl"
    output.write_text("mine")
    result = run("user", "export", "--output", output, "--site", site)
    assert result.exit_code == 1
    assert output.read_text() == "mine"


def test_an_address_is_enough(other: Path):
    file = write(other, {"email": "one@example.jp"}, "", {"email": "two@example.jp", "attributes": {"name": "二"}})
    assert run_json("user", "import", file, "--site", other) == (0, {"ok": True, "imported": 2})
    assert [user["email_verified_at"] for user in users(other)] == [None, None]


def test_a_file_with_any_mistake_changes_nothing_and_all_are_said(other: Path):
    file = write(
        other,
        {"email": "good@example.jp"},
        "{not json",
        {"emial": "x@example.jp"},
        {"email": "bad address"},
        {"email": "a@example.jp", "attributes": {"nmae": "x", "sex": "robot"}},
        {"email": "b@example.jp", "phones": [{"number": "110"}]},
        {"email": "GOOD@example.jp"},
        {"email": "c@example.jp", "password_hash": "md5"},
        {"email": "d@example.jp", "created_at": "yesterday"},
        {"email": 7},
        [],
    )
    status, said = run_json("user", "import", file, "--site", other)
    assert status == 1
    assert said["imported"] == 0
    assert users(other) == []
    assert [(item["line"], item["code"]) for item in said["findings"]] == [
        (2, "U0001"),
        (3, "U0002"),
        (3, "U0002"),
        (4, "U0003"),
        (5, "U0003"),
        (5, "U0003"),
        (6, "U0003"),
        (7, "U0004"),
        (8, "U0002"),
        (9, "U0003"),
        (10, "U0002"),
        (11, "U0002"),
    ]
    suggestions = {item["suggestion"] for item in said["findings"]}
    assert {"email", "name"} <= suggestions


def test_an_address_that_has_an_account_is_a_mistake(other: Path):
    file = write(other, {"email": "one@example.jp"})
    assert run("user", "import", file, "--site", other).exit_code == 0
    assert [item["code"] for item in run_json("user", "import", file, "--site", other)[1]["findings"]] == ["U0004"]


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe\n", b"\0\n", b'{"email": "' + b"x" * 70_000 + b'"}\n', b"[" * 5000, b"9" * 6000]
)
def test_a_file_of_rubbish_is_findings_and_no_traceback(other: Path, raw: bytes):
    file = other / "accounts.jsonl"
    file.write_bytes(raw)
    status, said = run_json("user", "import", file, "--site", other)
    assert status == 1
    assert {item["code"] for item in said["findings"]} <= {"U0001", "U0002"}


def test_a_file_that_is_not_there_is_one_sentence(site: Path):
    result = run("user", "import", "nowhere.jsonl", "--site", site)
    assert result.exit_code == 1
    assert "nowhere.jsonl" in result.stderr


def test_what_somebody_entered_years_ago_is_read_back(other: Path, tmp_path: Path):
    label = "label: {ja: x, en: x}"
    with (other / "attributes.yaml").open("a") as file:
        file.write(f"  joined: {{type: year, years: [-5, 0], {label}}}\n  news: {{type: boolean, {label}}}\n")
        file.write(f"  born: {{type: date, min_age: 18, max_age: 65, {label}}}\n")
    old = {"joined": "1999", "born": "1901-02-03", "news": False}
    status, said = run_json(
        "user", "import", write(tmp_path, {"email": "o@example.jp", "attributes": old}), "--site", other
    )
    assert (status, said["imported"]) == (0, 1)
    assert [user["attributes"] for user in users(other)] == [old]
