"""Are the ports free that are about to be used? Owns the question and the sentence for people."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Mapping

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 3.0
"""How long a port may stay in use: processes of a run that was just killed need a moment to be gone."""

_STEP = 100
_HIGHEST_BASE = 65000


class PortsInUse(Exception):
    """The text is one sentence with the command to run."""


def check_ports(base: int, names: Mapping[int, str], *, command: str) -> None:
    """Raise PortsInUse when one of the ports `base + offset` cannot be had; `names` says by offset what is for whom.

    `command` is how a person starts what wants them.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while (taken := _first_taken(base, names)) is not None:
        if time.monotonic() > end:
            raise PortsInUse(
                f"Port {base + taken} ({names[taken]}) is in use by another program: "
                f"run `SEKISHO_PORT_BASE={_free_base(base, names)} {command}`."
            )
        time.sleep(0.05)


def _first_taken(base: int, names: Mapping[int, str]) -> int | None:
    return next((offset for offset in names if _is_taken(base + offset)), None)


def _is_taken(port: int) -> bool:
    if _answers(port):
        return True  # where a wildcard listener would not keep us from binding, it would still take our browsers
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as problem:
            return problem.errno in (errno.EADDRINUSE, errno.EACCES)
    return False


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _free_base(base: int, names: Mapping[int, str]) -> int:
    candidates = range(base + _STEP, _HIGHEST_BASE, _STEP)
    return next((other for other in candidates if _first_taken(other, names) is None), base + _STEP)


def is_ready(port: int, path: str) -> bool:
    """True when a server on this machine answers `GET path` with 200."""
    request = f"GET {path} HTTP/1.0\r\nHost: localhost:{port}\r\n\r\n".encode()
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(request)
            return connection.recv(64).split(b" ", 2)[1:2] == [b"200"]
    except OSError:
        return False
