"""Processes that `sekisho demo` starts: they end with it, however it ends, and cannot draw on the terminal."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time

import pytest

CHILD = """
import socket, sys, threading
listener = socket.create_server(("127.0.0.1", 0))
print("child", listener.getsockname()[1], flush=True)
{body}
sys.stdin.read()
"""
PARENT = """
import os, sys
from idp.cli.children import Children, Screen
screen = Screen()
children = Children(screen, starter={starter})
children.stop_on_signals()
children.start("small", [sys.executable, "-c", {child!r}])
ended = children.watch()
children.end()
print("ended", ended.name if ended else None, ended.status if ended else None, flush=True)
"""


def start(body=""):
    parent = PARENT.format(child=CHILD.format(body=body), starter=None)
    return subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


def port_of_child(process):
    """Where the child listens, from the line that it printed."""
    return int(process.stdout.readline().split()[-1])


def is_alive(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until_gone(port, seconds=5):
    end = time.monotonic() + seconds
    while is_alive(port):
        assert time.monotonic() < end, f"port {port} is still in use"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_in_good_order(number):
    process = start()
    child = port_of_child(process)
    process.send_signal(number)
    assert process.communicate(timeout=10)[0].splitlines()[-1] == "ended None None"
    assert process.returncode == 0
    wait_until_gone(child)


def test_children_do_not_outlive_a_parent_that_was_killed():
    process = start()
    child = port_of_child(process)
    process.kill()
    wait_until_gone(child)
    process.communicate()


def test_the_end_of_make_is_the_end_of_everything():
    shell = subprocess.Popen(
        [
            "sh",
            "-c",
            '"$@" & wait',
            "sh",
            sys.executable,
            "-c",
            PARENT.format(child=CHILD.format(body=""), starter="os.getppid()"),
        ],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    child = port_of_child(shell)
    shell.kill()
    wait_until_gone(child)
    shell.communicate()


def test_a_child_that_ends_by_itself_is_named_with_its_status():
    process = start("sys.exit(7)")
    assert process.communicate(timeout=10)[0].splitlines()[-1] == "ended small 7"


def test_a_child_that_does_not_listen_is_made_to_end():
    process = start(
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); sys.stdin.close(); threading.Event().wait()"
    )
    child = port_of_child(process)
    process.terminate()
    process.communicate(timeout=15)
    wait_until_gone(child)


def test_what_a_child_prints_is_shown_with_control_characters_escaped():
    process = start(r"print('red \x1b[31m and \u202e turned', flush=True)")
    port_of_child(process)
    assert process.stdout.readline() == "small    | red \\x1b[31m and \\u202e turned\n"
    process.terminate()
    process.communicate()


def test_a_terminal_that_nobody_reads_holds_nobody_up(tmp_path):
    body = "for number in range(20000): print('x' * 100)\nprint('through', file=open({path!r}, 'w'))"
    through = tmp_path / "through"
    process = start(body.format(path=str(through)))
    end = time.monotonic() + 20
    while not through.exists():
        assert time.monotonic() < end, "the child waits for a reader"
        time.sleep(0.05)
    process.kill()
    process.communicate()
