"""Counting what an operation costs, without knowing how it is done: SQL, transactions, signatures, password hashes."""

from __future__ import annotations

import cProfile
import pstats
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass
class Cost:
    """What one operation took; `seconds` is the median of several."""

    statements: int = 0
    commits: int = 0
    signatures: int = 0
    hashes: int = 0
    seconds: float = 0.0


class SqlCounter:
    """Counts the statements of this thread, and how often the disk has to take something for good."""

    def __init__(self) -> None:
        self.statements = self.commits = 0
        self._is_open = False
        self._thread = threading.get_ident()
        event.listen(Engine, "before_cursor_execute", self._count)

    def close(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._count)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if threading.get_ident() != self._thread:
            return
        word = statement.lstrip().split(None, 1)[0].upper()
        if word == "BEGIN":
            self._is_open = True
        elif word in {"COMMIT", "ROLLBACK"}:
            self.commits += word == "COMMIT"
            self._is_open = False
        else:
            self.statements += 1
            self.commits += word in WRITES and not self._is_open


def calls(profile: cProfile.Profile, *wanted: str) -> int:
    """How often functions were called whose name contains one of the words."""
    stats = pstats.Stats(profile).stats
    return sum(row[1] for (_, _, name), row in stats.items() if any(word in name for word in wanted))


def measure(operation: Callable[[], Any], *, times: int) -> Cost:
    """Do it once to warm up, once to count, and `times` times to take the time."""
    operation()
    counter, profile = SqlCounter(), cProfile.Profile()
    profile.runcall(operation)
    counter.close()
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        operation()
        seconds.append(time.perf_counter() - begin)
    return Cost(
        statements=counter.statements,
        commits=counter.commits,
        signatures=calls(profile, "method 'sign' of"),
        hashes=calls(profile, "argon2_verify", "argon2_ctx"),
        seconds=median(seconds),
    )
