"""Processes that live and die with this one: started, watched, their output shown, ended.

Owns nothing of what they do. Each child gets a pipe as standard input: when this process is gone, however it went, the
pipe ends and so does the child. Whatever a child prints is shown line by line with control characters escaped; nobody
waits for a terminal that does not read.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import IO

from idp.cli.logs import escape_line

GRACE_SECONDS = 5.0
"""How long a child may take to end when asked to."""

_TICK_SECONDS = 0.1
_LINES_WAITING = 2000
_LONGEST_READ = 65536


@dataclass(frozen=True, slots=True)
class Ended:
    """A child that ended by itself. `status` is its exit status; negative is the signal that ended it."""

    name: str
    status: int


class Screen:
    """Standard output, written by a thread of its own. Lines that nobody takes are dropped, never waited for."""

    def __init__(self) -> None:
        self._lines: queue.Queue[str] = queue.Queue(_LINES_WAITING)
        self._thread = threading.Thread(target=self._write, name="screen", daemon=True)
        self._thread.start()

    def say(self, line: str) -> None:
        """Show one line, or drop it when two thousand wait already."""
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            return

    def flush(self, seconds: float = 1.0) -> None:
        """Wait until all lines are out, but not for ever."""
        end = time.monotonic() + seconds
        while self._lines.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.01)

    def _write(self) -> None:
        while True:
            line = self._lines.get()
            try:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            except (OSError, ValueError):
                pass  # the terminal is gone; the children go on
            self._lines.task_done()


class Children:
    """The processes of one run. Use `start`, then `watch`, then `end`.

    `starter` is the parent of this process, which may be gone already; None for one that does not matter.
    """

    def __init__(self, screen: Screen, *, starter: int | None) -> None:
        self._screen = screen
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._readers: list[threading.Thread] = []
        self._is_stopping = threading.Event()
        self._starter = starter

    def stop_on_signals(self) -> None:
        """From now on SIGINT, SIGTERM and SIGHUP end the watch."""

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self._is_stopping.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_signal)

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        """Start a child; a Ctrl-C in the terminal reaches this process only."""
        process = subprocess.Popen(  # noqa: S603 - our own programs
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
        )
        self._processes[name] = process
        if process.stdout is not None:
            reader = threading.Thread(target=self._forward, args=(name, process.stdout), daemon=True)
            reader.start()
            self._readers.append(reader)

    def tell(self, name: str, word: bytes) -> None:
        """Write to a child's standard input; a child that has ended meanwhile is `watch`'s to find."""
        pipe = self._processes[name].stdin
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.write(word)
                pipe.flush()

    def watch(self, *, until: Callable[[], bool] | None = None) -> Ended | None:
        """Wait until a child ends, which is the answer, or the end was asked for or `until` is true: then None."""
        while not self.is_stopping:
            for name, process in self._processes.items():
                status = process.poll()
                if status is not None:
                    return Ended(name, status)
            if until is not None and until():
                return None
            self._is_stopping.wait(_TICK_SECONDS)
        return None

    @property
    def is_stopping(self) -> bool:
        """True when a signal came or the process that started this one is gone."""
        return self._is_stopping.is_set() or self._is_orphan

    @property
    def _is_orphan(self) -> bool:
        return self._starter is not None and os.getppid() != self._starter

    def end(self) -> None:
        """Ask all to end, then make sure of it, and show what they still had to say.

        Where the process that started this one was killed, nobody is asked: somebody may be starting everything anew.
        """
        for process in self._processes.values():
            process.kill() if self._is_orphan else process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for reader in self._readers:
            reader.join(timeout=0.5)
        self._screen.flush()

    def _forward(self, name: str, output: IO[bytes]) -> None:
        while line := output.readline(_LONGEST_READ):
            text = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
            self._screen.say(f"{name:8} | {escape_line(text)}")
