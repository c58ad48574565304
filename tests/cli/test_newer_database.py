"""A database that a newer version made: every command says so in one sentence, and none touches it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.console import run, run_json
from tests.config.sites import make_site
from tests.config.test_settings import MAIL, PRODUCTION_CLIENTS, PRODUCTION_SITE
from tests.product import free_base

SENTENCE = "A newer version of Sekisho made this database: run that version, or restore a backup from before it"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_site(tmp_path_factory.mktemp("site"), site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    assert run("db", "upgrade", "--site", folder).exit_code == 0
    with sqlite3.connect(folder / "var" / "sekisho.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
    connection.close()
    return folder


@pytest.mark.parametrize("words", [["db", "upgrade"], ["user", "list"], ["client", "list"], ["serve"], ["worker"]])
def test_a_newer_database_is_one_sentence_and_no_advice_to_upgrade_it(site: Path, words: list[str]):
    result = run(*words, "--site", site, environ=MAIL)
    assert result.exit_code == 1
    assert result.stderr == f"{SENTENCE} (the tables are of revision 9999_future, which this version does not know).\n"


def test_the_doctor_says_that_the_database_is_newer(site: Path):
    _, said = run_json("doctor", "--site", site, environ=MAIL)
    found = next(item for item in said["findings"] if item["code"] == "S0050")
    assert found["message"].startswith(SENTENCE)
    assert found["suggestion"] is None


def test_the_demo_says_that_the_database_is_newer(site: Path):
    environ = {**os.environ, "SEKISHO_PORT_BASE": str(free_base(9650))}
    command = [sys.executable, "-m", "idp", "demo", "--site", str(site)]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert SENTENCE in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
