"""`--help` answers at once: nothing heavy is imported on its way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from idp.cli import COMMANDS
from tests.cli.console import run
from tests.config.sites import make_site

HEAVY = ("sqlalchemy", "flask", "pydantic", "ruamel", "alembic", "gunicorn", "authlib", "cel_expr_python", "requests")
GROUPS = {"db": ["upgrade"], "keys": ["list", "rotate", "retire"], "flow": ["check"]}
SECONDS = 0.15


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS), ["user", "import"], ["keys", "retire"]])
def test_help_imports_nothing_heavy(words: list[str]):
    command = [sys.executable, "-X", "importtime", "-m", "idp", *words, "--help"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in answer.stderr.splitlines()}
    assert "click" in imported
    assert imported.isdisjoint(HEAVY)
    assert answer.stdout.startswith("Usage: sekisho")


def test_help_takes_less_than_a_moment():
    def processor_seconds() -> float:
        child = subprocess.Popen([sys.executable, "-m", "idp", "--help"], stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_utime + used.ru_stime

    assert min(processor_seconds() for _ in range(5)) < SECONDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_list_is_there(name: str):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert COMMANDS[name].split()[0] in result.output
    for part in GROUPS.get(name, ()):
        assert part in result.output


def test_the_installed_command_is_the_same():
    answer = subprocess.run([sys.executable, "-m", "idp", "--version"], check=True, capture_output=True, text=True)
    assert answer.stdout.startswith("sekisho ")


@pytest.mark.parametrize("words", [["nonsense"], ["user"], ["keys", "nonsense"], ["serve", "--workers", "0"], ["new"]])
def test_misuse_ends_with_2(words: list[str]):
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("words", [["nonsense"], ["serve", "--workers", "many"], ["new"], ["explain", "a", "b"]])
def test_misuse_is_one_json_document_too(words: list[str]):
    result = run(*words, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["ok"] is False


@pytest.mark.parametrize(
    "words",
    [
        ["--site", "SITE", "--json", "flow", "check"],
        ["flow", "--site", "SITE", "--json", "check"],
        ["--site", "nowhere-else", "--json", "flow", "check", "--site", "SITE"],
    ],
)
def test_the_folder_and_json_may_stand_before_the_command(words: list[str], tmp_path: Path):
    (tmp_path / "nowhere-else").mkdir()
    places = {"SITE": make_site(tmp_path), "nowhere-else": tmp_path / "nowhere-else"}
    result = run(*(places.get(word, word) for word in words))
    assert (result.exit_code, json.loads(result.stdout)["flows"]) == (0, ["sign_in"])


def test_a_site_folder_that_is_not_there_is_misuse():
    result = run("--site", "/nonexistent", "flow", "check")
    assert result.exit_code == 2
    assert "'/nonexistent' does not exist" in result.stderr
