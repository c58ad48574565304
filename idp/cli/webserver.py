"""gunicorn around the application: threads, a log without secrets, an end with the parent.

Owns how the provider is served, nothing of what it answers; the application itself knows no server. No access log of
gunicorn's is used, because request lines hold codes and state: one line of ours says method, path and status.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from idp.cli.connections import PatientWorker

SECRET_PATHS = ("/link/",)
"""Paths whose rest is a secret."""

QUIET_PATHS = frozenset({"/healthz", "/readyz"})
"""Asked by machines every few seconds."""

_CONNECTIONS = 512  # at once, to each worker process; fewer than the files a process may usually open

_log = logging.getLogger("idp.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlan:
    """How to serve: `bind` is `host:port`, `grace` how long running requests may take when the end has come.

    `on_worker` runs in each worker process before its first request, `on_worker_end` after its last. `ends_with_input`
    makes every process of the server end when its standard input does: when the process that started it is gone.
    """

    bind: str
    workers: int = 1
    threads: int = 16
    grace: timedelta = timedelta(seconds=30)
    on_worker: Callable[[], object] | None = None
    on_worker_end: Callable[[], object] | None = None
    ends_with_input: bool = False


class QuietLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's messages through our log, and one line a request without query, body, addresses or headers."""

    def setup(self, cfg: Any) -> None:
        """Take part in the log of the process instead of opening files."""
        self.cfg = cfg
        self._access_log_enabled = True
        self.error_log.setLevel(logging.WARNING)
        self.error_log.propagate = True

    def access(self, resp: Any, _req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log one answered request."""
        if environ["PATH_INFO"] in QUIET_PATHS:
            return
        status = str(resp.status).split(" ", 1)[0]
        milliseconds = request_time / timedelta(milliseconds=1)
        _log.info("%s %s %s %.0f ms", environ["REQUEST_METHOD"], shown_path(environ["PATH_INFO"]), status, milliseconds)


def shown_path(path: str) -> str:
    """A path (as WSGI brings it, PEP 3333) as the log may show it."""
    for secret in SECRET_PATHS:
        if path.startswith(secret):
            return f"{secret}…"
    return path.encode("latin-1").decode("utf-8", "backslashreplace")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn, set up by a plan. `make_app` runs once, before the workers are forked."""

    def __init__(self, plan: ServerPlan, make_app: Callable[[], object]) -> None:
        self._plan = plan
        self._make_app = make_app
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its settings."""
        for name, value in gunicorn_settings(self._plan).items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Give gunicorn the application."""
        return self._make_app()


def gunicorn_settings(plan: ServerPlan) -> dict[str, object]:
    """The plan in gunicorn's words. No proxy header is believed here: the application knows its proxies itself."""

    def start_worker(_worker: object) -> None:
        if plan.ends_with_input:
            end_with_input()
        if plan.on_worker is not None:
            plan.on_worker()

    def end_worker(_arbiter: object, _worker: object) -> None:
        if plan.on_worker_end is not None:
            plan.on_worker_end()

    return {
        "bind": plan.bind,
        "workers": plan.workers,
        "threads": plan.threads,
        "worker_class": PatientWorker,
        "worker_connections": _CONNECTIONS,
        "preload_app": True,
        "graceful_timeout": int(plan.grace.total_seconds()),
        "keepalive": 5,
        "limit_request_line": 0,  # the application says what is too long
        "forwarded_allow_ips": "",
        "forwarder_headers": "",
        "secure_scheme_headers": {},
        "control_socket_disable": True,
        "logger_class": QuietLogger,
        "post_worker_init": start_worker,
        "worker_exit": end_worker,
    }


def end_with_input() -> None:
    """End this very process at once when its standard input ends: nobody is left who could end it otherwise.

    Ending at once is safe: what was acknowledged is committed.
    """

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=wait, name="end-with-input", daemon=True).start()


def serve(plan: ServerPlan, make_app: Callable[[], object]) -> None:
    """Serve until SIGINT or SIGTERM."""
    if plan.ends_with_input:
        end_with_input()
    cast("Any", Server(plan, make_app)).run()
