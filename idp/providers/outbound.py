"""POST requests to other people's servers, guarded: who is reached, for how long, and how much may come back.

The name is resolved once, every address it has is checked, and the connection goes to a checked address: a second
answer of the DNS changes nothing. No redirect is followed, no compression accepted, no proxy of the environment used.
One deadline holds for everything, header lines that drip in included. Knows nothing of hooks or logout tokens.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import SplitResult, urlsplit

from idp.providers.addresses import may_connect

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CONNECT_SECONDS = 2.0
MAX_ANSWER = 256 * 1024


class CallFailed(Exception):
    """No usable answer. The text is for the log: no URL, no body, nothing anybody sent."""


class AddressRefused(CallFailed):
    """The URL leads where we do not go; asking again changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `content_type` is lower case, without parameters."""

    status: int
    content_type: str
    body: bytes


class Outbound:
    """Guarded POST requests. `ca_file` holds extra roots; loopback, and http to it, are for development only."""

    def __init__(
        self,
        *,
        is_development: bool,
        ca_file: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allow_loopback = is_development
        self._tls = ssl.create_default_context()
        if ca_file is not None:
            self._tls.load_verify_locations(ca_file)
        self._monotonic = monotonic

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Answer:
        """Send `body` and wait for the whole answer, `seconds` at most. Raises CallFailed."""
        deadline = self._monotonic() + seconds
        try:
            parts = urlsplit(url)
            with self._connect(parts, deadline) as connection:
                _send(connection, parts, body, headers)
                return self._receive(connection, deadline)
        except TimeoutError:
            raise CallFailed("took too long") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise CallFailed(f"no answer: {type(error).__name__}") from None

    def _connect(self, parts: SplitResult, deadline: float) -> socket.socket:
        host, port = _check_url(parts)
        wait = min(CONNECT_SECONDS, self._left(deadline))
        addresses = _resolve(host, port, wait)
        if not all(may_connect(address, allow_loopback=self._allow_loopback) for address in addresses):
            raise AddressRefused("leads to an address that is not public")
        if parts.scheme == "http" and any(may_connect(address, allow_loopback=False) for address in addresses):
            raise AddressRefused("http is for loopback only")
        connection = _reach(addresses, port, wait)
        if parts.scheme == "http":
            return connection
        with contextlib.ExitStack() as undo:
            undo.callback(connection.close)
            connection.settimeout(self._left(deadline))
            secured = self._tls.wrap_socket(connection, server_hostname=host)
            undo.pop_all()
        return secured

    def _receive(self, connection: socket.socket, deadline: float) -> Answer:
        reader = _DeadlineReader(connection, lambda: self._left(deadline))
        answer = http.client.HTTPResponse(cast("socket.socket", reader), method="POST")
        with answer:
            answer.begin()
            if answer.getheader("Content-Encoding", "identity").strip().lower() != "identity":
                raise CallFailed("compressed, which was not asked for")
            body = answer.read(MAX_ANSWER + 1)
            if len(body) > MAX_ANSWER:
                raise CallFailed("longer than 256 KiB")
            if answer.length:
                raise CallFailed("cut off")
            return Answer(status=answer.status, content_type=answer.headers.get_content_type(), body=body)

    def _left(self, deadline: float) -> float:
        left = deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class _DeadlineReader(io.RawIOBase):
    """Reads from a socket until a deadline, however slowly the bytes come; what `http.client` takes for a socket."""

    def __init__(self, connection: socket.socket, left: Callable[[], float]) -> None:
        self._connection = connection
        self._left = left

    def makefile(self, mode: str) -> io.BufferedReader:
        """The only thing `http.client` asks of a socket it reads from."""
        del mode
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read what is there, waiting no longer than what is left. Raises TimeoutError."""
        self._connection.settimeout(self._left())
        return self._connection.recv_into(buffer)


def _send(connection: socket.socket, parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> None:
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    sender = kind(_ascii_host(parts), parts.port)
    sender.sock = connection
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    ours = {"Accept-Encoding": "identity", "Connection": "close", "User-Agent": "Sekisho"}
    sender.request("POST", target, body, {**ours, **headers})


def _check_url(parts: SplitResult) -> tuple[str, int]:
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise AddressRefused("not an http or https URL")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise AddressRefused("a URL with user information")
    try:
        return _ascii_host(parts), parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefused("a URL with a host or port that cannot be") from None


def _ascii_host(parts: SplitResult) -> str:
    return (parts.hostname or "").encode("idna").decode("ascii")


def _reach(addresses: tuple[str, ...], port: int, seconds: float) -> socket.socket:
    """Connect to the first address that answers; `localhost` often has two and a server on one. Raises OSError."""
    for address in addresses[:-1]:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), timeout=seconds)
    return socket.create_connection((addresses[-1], port), timeout=seconds)


def _resolve(host: str, port: int, seconds: float) -> tuple[str, ...]:
    """Every numeric address of a host. Raises OSError, and ValueError for what is no host."""
    answers: queue.Queue[tuple[str, ...] | Exception] = queue.Queue()
    threading.Thread(target=_ask_resolver, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _ask_resolver(host: str, port: int, answers: queue.Queue[tuple[str, ...] | Exception]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        answers.put(error)
    else:
        answers.put(tuple(dict.fromkeys(str(entry[4][0]) for entry in found)))
