"""gunicorn's threads, spared the waiting: a thread gets a request when all of it has come, and never waits to send.

What comes or goes slowly waits with the poller, which holds any number of connections, and not for ever. What gunicorn
refuses to read becomes a request for the application's page about that. Uses the inside of gunicorn 27's gthread.
"""

from __future__ import annotations

import errno
import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http.errors import (
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from idp.cli.arrival import Arrival
from idp.web.headers import MAX_BODY
from idp.web.refused import PATH

HEAD_SECONDS = 10
BODY_SECONDS = 30
SEND_SECONDS = 30
LINGER_SECONDS = 2
"""How long what a caller still sends is read and thrown away, so that the last answer reaches it (RFC 9112 §9.6)."""

_CHUNK = 64 * 1024
_STATUS = {
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

_log = logging.getLogger("idp.http")


class Request(RequestParser):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's parser over one request that has come; what it refuses becomes a request for the page about it."""

    def __init__(self, cfg: Any, arrival: Arrival, client: Any) -> None:
        super().__init__(cfg, [bytes(arrival.data)], client)
        self._arrival = arrival

    def __next__(self) -> Any:
        """The request."""
        try:
            if not self._arrival.has_head:
                raise LimitRequestHeaders("the head is too large")  # as if gunicorn had found out
            request = super().__next__()
        except ParseException as error:
            status = _STATUS.get(type(error), HTTPStatus.BAD_REQUEST)
            _log.info("%s refused: %s", int(status), type(error).__name__)
            self.unreader = IterUnreader([_ask_for_page(status, self._arrival.accept_language())])
            request = super().__next__()
            request.force_close()
        if not self._arrival.is_whole:
            request.force_close()
        return request


def _ask_for_page(status: HTTPStatus, language: bytes) -> bytes:
    return b"GET %s%d HTTP/1.1\r\nAccept-Language: %s\r\n\r\n" % (PATH.encode(), status, language)


class Outgoing:
    """Takes the place of the socket while the application answers."""

    def __init__(self) -> None:
        self.data = bytearray()

    def sendall(self, data: bytes) -> None:
        """Keep it."""
        self.data += data

    send = sendall

    def shutdown(self, _how: int) -> None:
        """Gunicorn gives up an answer half-way."""

    def close(self) -> None:
        """The connection itself is closed later."""

    settimeout = shutdown

    def recv(self, _size: int) -> bytes:
        """Nothing comes from here."""
        return b""


@dataclass(slots=True)
class _Wait:
    deadline: float
    arrival: Arrival | None = None

    def is_idle(self) -> bool:
        return self.arrival is not None and not self.arrival.data


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """gthread, where only whole requests take a thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waits: dict[Any, _Wait] = {}

    def accept(self, listener: Any) -> None:
        """Take a new connection. Where there is no room for more, the one that has waited longest makes room."""
        try:
            super().accept(listener)
            is_full = self.nr_conns >= self.worker_connections
        except OSError as error:
            if error.errno not in {errno.EMFILE, errno.ENFILE}:
                raise
            is_full = True
        if is_full and self._waits:
            self._drop(next(iter(self._waits)))

    def enqueue_req(self, conn: Any) -> None:
        """Wait for the next request of a connection, which may have come with the one before."""
        arrival = Arrival(2 * MAX_BODY)
        begun = b"" if conn.parser is None else conn.parser.unreader.take_buffered()
        self._wait(conn, EVENT_READ, partial(self._receive, arrival), HEAD_SECONDS).arrival = arrival
        if begun:
            self._take_in(conn, arrival, begun)

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        """Send what the caller has not taken yet; then keep the connection, or say goodbye."""
        is_kept = not fs.cancelled() and fs.exception() is None and fs.result()
        then = partial(super().finish_request, conn, fs) if is_kept else partial(self._linger, conn)
        if getattr(conn, "unsent", b""):
            self._wait(conn, EVENT_WRITE, partial(self._send, then), SEND_SECONDS)
        else:
            then()

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Let the application answer, and send at once what the caller takes at once."""
        connection, conn.sock = conn.sock, Outgoing()
        connection.settimeout(0)
        try:
            return super().handle_request(req, conn)
        finally:
            conn.unsent, conn.sock = conn.sock.data, connection
            with suppress(OSError):
                del conn.unsent[: connection.send(conn.unsent)]

    def murder_pending(self) -> None:
        """End what has waited too long; gunicorn asks after every event."""
        now = time.monotonic()
        for conn, wait in [each for each in self._waits.items() if each[1].deadline < now]:
            if wait.arrival is None or wait.is_idle():
                self._drop(conn)
            else:
                self._end_wait(conn)
                with suppress(OSError):
                    conn.sock.send(_TOO_LATE)
                self._linger(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        super()._cap_keepalive(deadline)
        for wait in self._waits.values():
            if wait.is_idle():
                wait.deadline = min(wait.deadline, deadline)

    def _receive(self, arrival: Arrival, conn: Any) -> None:
        data = conn.sock.recv(_CHUNK)
        if data:
            self._take_in(conn, arrival, data)
        else:
            self._drop(conn)

    def _take_in(self, conn: Any, arrival: Arrival, data: bytes) -> None:
        had_head = arrival.has_head
        if arrival.add(data):
            self._end_wait(conn)
            conn.parser = Request(self.cfg, arrival, conn.client)
            conn.data_ready = True
            super().enqueue_req(conn)
        elif arrival.has_head and not had_head:
            self._waits[conn].deadline += BODY_SECONDS - HEAD_SECONDS
            if arrival.expects_word:
                with suppress(OSError):
                    conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _send(self, then: Callable[[], None], conn: Any) -> None:
        del conn.unsent[: conn.sock.send(conn.unsent)]
        if not conn.unsent:
            self._end_wait(conn)
            then()

    def _linger(self, conn: Any) -> None:
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        self._wait(conn, EVENT_READ, self._throw_away, LINGER_SECONDS)

    def _throw_away(self, conn: Any) -> None:
        if not conn.sock.recv(_CHUNK):
            self._drop(conn)

    def _wait(self, conn: TConn, event: int, go_on: Callable[[Any], None], seconds: float) -> _Wait:
        conn.sock.settimeout(0)
        self.poller.register(conn.sock, event, partial(self._guard, conn, go_on))
        wait = self._waits[conn] = _Wait(time.monotonic() + seconds)
        return wait

    def _guard(self, conn: Any, go_on: Callable[[Any], None], _sock: Any) -> None:
        """Go on with a connection. A broken one is dropped; it may have been dropped a moment ago."""
        if conn not in self._waits:
            return
        try:
            go_on(conn)
        except BlockingIOError:
            return
        except OSError:
            self._drop(conn)

    def _end_wait(self, conn: Any) -> None:
        del self._waits[conn]
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Any) -> None:
        self._end_wait(conn)
        self.nr_conns -= 1
        conn.close()
