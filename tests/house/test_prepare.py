"""`make run` installs once, again when a lock has changed, and anew when it was interrupted."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.house.source import ROOT


@pytest.fixture
def folder(tmp_path):
    """A checkout with an environment that looks complete, installed for `run`."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "sekisho").touch()
    mark(tmp_path, "run")
    return tmp_path


def prepare(folder, task, kind):
    command = [sys.executable, "-I", str(folder / "tools" / "prepare.py"), task, kind]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def mark(folder, kind):
    script = f"import prepare; prepare.marker({kind!r}).write_text(prepare.fingerprint({kind!r}))"
    subprocess.run([sys.executable, "-c", script], check=True, cwd=folder / "tools")


def is_installed(folder, kind):
    return prepare(folder, "check", kind).returncode == 0


def test_what_is_installed_is_left_alone(folder):
    assert is_installed(folder, "run")


def test_tests_need_more_than_the_product(folder):
    assert not is_installed(folder, "dev")


def test_what_tests_need_is_enough_for_the_product(folder):
    (folder / ".venv" / "installed-run").unlink()
    mark(folder, "dev")
    assert is_installed(folder, "run")


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_lock_is_installed(folder, name):
    with (folder / name).open("a") as file:
        file.write("# changed\n")
    assert not is_installed(folder, "run")


def test_an_interrupted_installation_does_not_count(folder):
    (folder / ".venv" / "installing").touch()
    assert not is_installed(folder, "run")


def test_an_environment_that_was_moved_does_not_count(folder):
    moved = folder.parent / "moved"
    folder.rename(moved)
    assert not is_installed(moved, "run")


def test_an_old_python_is_told_in_one_sentence_with_a_command(folder):
    old = folder / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n')
    old.chmod(0o755)
    command = ["sh", str(folder / "tools" / "prepare.sh"), "run"]
    told = subprocess.run(
        command, check=False, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "PYTHON": str(old)}
    )
    assert told.returncode == 1
    assert told.stderr.startswith("Sekisho needs Python 3.11 or newer and found Python 3.9.2: run `")
    assert len(told.stderr.splitlines()) == 1


def test_each_locked_package_has_its_hashes():
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
        locked = [entry for entry in entries if "==" in entry]
        assert locked
        assert [entry for entry in locked if "--hash=sha256:" not in entry] == []


def test_the_tests_run_on_the_versions_that_the_product_is_locked_to():
    def versions(name):
        return {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}

    assert versions("requirements.txt") <= versions("requirements-dev.txt")
