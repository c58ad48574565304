"""One sample application as a process: its own socket on 127.0.0.1, threads, and an end when its parent is gone.

Owns nothing of what the application says. A port in use is told in one sentence; requests are not logged, because
their addresses carry codes and state.
"""

from __future__ import annotations

import errno
import signal
import socket
import sys
import threading
import time
from types import FrameType

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"
BACKLOG = 128
PATIENCE_SECONDS = 3.0


class CannotListen(Exception):
    """The port cannot be had; the text says why in one sentence."""


class QuietHandler(WSGIRequestHandler):
    """Answers without an access log; an idle connection ends after a minute."""

    timeout = 60

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the request line holds authorization codes."""


def listen(port: int) -> socket.socket:
    """A listening socket on the loopback address; who was just killed there may take a moment. Raises CannotListen."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return _listen_at_once(port)
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise CannotListen(f"port {port} cannot be opened: {problem.strerror}") from problem
            if time.monotonic() > end:
                raise CannotListen(f"port {port} is in use by another program") from problem
        time.sleep(0.05)


def _listen_at_once(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(application: Flask, listener: socket.socket, *, watch_stdin: bool) -> None:
    """Answer requests until SIGINT, SIGTERM or, when `watch_stdin`, the end of standard input."""
    stop = threading.Event()
    server = make_server(
        LOOPBACK,
        listener.getsockname()[1],
        application,
        threaded=True,
        request_handler=QuietHandler,
        fd=listener.fileno(),
    )
    listener.close()
    _stop_on_signals(stop)
    if watch_stdin:
        threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    answering = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    answering.start()
    stop.wait()
    server.shutdown()
    server.server_close()


def _stop_on_signals(stop: threading.Event) -> None:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)


def _wait_for_end_of_input(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()
