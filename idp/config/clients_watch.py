"""Following `clients.yaml` while the server runs: a good change is taken; a bad one is logged, the last good kept."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from idp.config.client_rules import Known
from idp.config.clients_file import load_clients
from idp.config.ports import move_ports
from idp.config.review import Loaded
from idp.config.source import read_yaml
from idp.domain.client import Client

_log = logging.getLogger("idp.config")
_Stamp = tuple[int, int, int]


class ClientsWatch:
    """The clients of a file; calling it costs one `stat` while the file is the same.

    `moved` is the port base that the file is written with and the one that is wanted.
    """

    def __init__(self, path: Path, known: Known, *, is_development: bool, moved: tuple[int, int] | None = None) -> None:
        self._path = path
        self._known = known
        self._is_development = is_development
        self._moved = moved
        self._lock = threading.Lock()
        self._stamp: _Stamp | None = None
        self._clients: tuple[Client, ...] = ()

    def __call__(self) -> tuple[Client, ...]:
        """The clients as of now, in order of id."""
        with self._lock:
            stamp = self._look()
            if stamp is not None and stamp != self._stamp:
                self._stamp = stamp
                self._read()
            return self._clients

    def _look(self) -> _Stamp | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _read(self) -> None:
        loaded = self._load()
        if loaded.value is not None:
            self._clients = loaded.value
            return
        for finding in loaded.findings:
            place = f"{finding.file}:{finding.line}:{finding.column}"
            _log.error("%s %s %s; the clients stay as they were", place, finding.code, finding.message)

    def _load(self) -> Loaded[tuple[Client, ...]]:
        document, findings = read_yaml(self._path, self._path.parent)
        if document is None or findings:
            return Loaded(value=None, findings=findings)
        if self._moved is not None:
            document = move_ports(document, written=self._moved[0], wanted=self._moved[1])
        return load_clients(document, self._known, is_development=self._is_development)
