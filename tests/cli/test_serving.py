"""`serve` and `worker`: production mode, refused before anything listens when the site is not ready."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.console import run, run_json
from tests.config.sites import make_site
from tests.config.test_settings import MAIL, PRODUCTION_CLIENTS, PRODUCTION_SITE

PATIENCE = 60.0
PROVIDER_URL = {"SEKISHO_MAIL_URL": "smtp://127.0.0.1:1"}


@pytest.fixture
def production(tmp_path: Path) -> Path:
    folder = make_site(tmp_path, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    assert run("db", "upgrade", "--site", folder, environ=MAIL).exit_code == 0
    return folder


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "idp", *map(str, words)]
    environ = {**os.environ, **PROVIDER_URL}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def get(address: str) -> tuple[int, bytes]:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.mark.slow
def test_a_ready_site_is_served_until_it_is_told_to_end(production: Path):
    port = free_port()
    with running("serve", "--site", production, "--bind", f"127.0.0.1:{port}", "--workers", "2") as process:
        assert get(f"http://127.0.0.1:{port}/healthz")[0] == 200
        status, metadata = get(f"http://127.0.0.1:{port}/.well-known/openid-configuration")
        assert status == 200
        assert b'"issuer":"https://login.example.jp"' in metadata
        assert get(f"http://127.0.0.1:{port}/dev/outbox")[0] == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_worker_works_until_it_is_told_to_end(production: Path):
    with running("worker", "--site", production) as process:
        assert process.stderr is not None
        assert any("begun" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_development_site_is_refused_with_every_word(site: Path, command: str):
    status, said = run_json(command, "--site", site, environ=MAIL)
    assert status == 1
    assert {"S0010", "S0014", "S0022", "C0011", "C0012"} <= {item["code"] for item in said["findings"]}


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_broken_flow_is_refused(production: Path, command: str):
    (production / "flows" / "sign_in.yaml").write_text("flow: sign_in\nsteps:\n  - pgae: x\n")
    status, said = run_json(command, "--site", production, environ=MAIL)
    assert status == 1
    assert said["findings"][0]["file"] == "flows/sign_in.yaml"


def test_a_database_that_is_not_up_to_date_is_refused_and_not_touched(tmp_path: Path):
    folder = make_site(tmp_path, site=PRODUCTION_SITE, clients=PRODUCTION_CLIENTS)
    result = run("serve", "--site", folder, environ=MAIL)
    assert result.exit_code == 1
    assert "sekisho db upgrade" in result.stderr
    assert not (folder / "var").exists()


@pytest.mark.parametrize("bind", ["9000", "localhost", "127.0.0.1:x", "a b:1"])
def test_a_place_to_listen_is_a_host_and_a_port(production: Path, bind: str):
    result = run("serve", "--bind", bind, "--site", production, environ=MAIL)
    assert result.exit_code == 1
    assert "HOST:PORT" in result.stderr


def test_broken_keys_are_one_sentence(production: Path):
    (production / "keys").mkdir()
    (production / "keys" / "signing.json").write_text("{")
    result = run("serve", "--site", production, environ=MAIL)
    assert result.exit_code == 1
    assert result.stderr.startswith("keys/: signing.json")
