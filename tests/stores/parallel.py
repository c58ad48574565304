"""Many threads that do one thing at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

T = TypeVar("T")


def together(count: int, work: Callable[[int], T]) -> list[T]:
    """What `work(0)` … `work(count - 1)` gave, all begun at once; raises what one of them raised."""
    with Crowd(count) as crowd:
        return crowd.do(work)


class Crowd:
    """Threads that are kept for many rounds."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def do(self, work: Callable[[int], T]) -> list[T]:
        gate = threading.Barrier(self._count)

        def wait_and_work(number: int) -> T:
            gate.wait(30)
            return work(number)

        return list(self._pool.map(wait_and_work, range(self._count)))
