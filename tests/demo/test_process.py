"""A sample application as a process: it starts without the provider, says what is wrong, and ends with its parent."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["portal", "guide", "app", "wallet", "registry", "trial"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(name, port, *more: str):
    command = [sys.executable, "-m", "idp.demo", name, "--port", str(port), "--issuer", "http://localhost:1", *more]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_until_up(port, process):
    for _ in range(200):
        try:
            return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except requests.ConnectionError:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
    raise AssertionError("it never came up")


@pytest.fixture
def run():
    started = []

    def run_it(name, port, *more: str):
        process = start(name, port, *more)
        started.append(process)
        return process

    yield run_it
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


@pytest.mark.parametrize("name", NAMES)
def test_it_starts_alone_and_ends_when_its_parent_is_gone(name, run):
    port = free_port()
    process = run(name, port, "--watch-stdin")
    assert wait_until_up(port, process).text == "ok\n"
    assert requests.get(f"http://localhost:{port}/", timeout=5).status_code == 200
    process.stdin.close()
    assert process.wait(timeout=5) == 0
    assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_quietly_when_told_to(number, run):
    port = free_port()
    process = run("portal", port)
    wait_until_up(port, process)
    os.kill(process.pid, number)
    assert process.wait(timeout=5) == 0
    assert process.stderr.read() == ""


def test_it_starts_again_at_once_after_a_kill_in_the_middle_of_a_connection(run):
    port = free_port()
    first = run("portal", port)
    wait_until_up(port, first)
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        first.kill()
        first.wait(timeout=5)
        wait_until_up(port, run("portal", port))


def test_a_port_in_use_is_said_in_one_sentence(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = run("portal", taken.getsockname()[1])
        assert process.wait(timeout=20) == 1
        said = process.stderr.read()
    assert said.count("\n") == 1
    assert "in use" in said


def test_it_listens_on_loopback_only(run):
    port = free_port()
    process = run("portal", port)
    wait_until_up(port, process)
    with socket.socket() as other_address, pytest.raises(ConnectionRefusedError):
        other_address.connect(("127.0.0.2", port))


def test_nothing_a_request_carries_is_logged(run):
    port = free_port()
    process = run("portal", port, "--watch-stdin")
    wait_until_up(port, process)
    requests.get(f"http://localhost:{port}/callback?code=very-secret&state=s", timeout=5)
    process.stdin.close()
    process.wait(timeout=5)
    assert "very-secret" not in process.stderr.read() + process.stdout.read()
