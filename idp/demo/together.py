"""All sample applications at once, each as a process of its own, forked after the imports that they share.

Five interpreters that import the same libraries would take seconds before the first page; this takes one import.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from types import FrameType


def run_together(applications: Mapping[str, Callable[[], int]], *, watch_stdin: bool) -> int:
    """Run each in a child until SIGINT, SIGTERM or the end of standard input: 0; 1 when one ends by itself."""
    if watch_stdin and _has_input_ended():
        return 0  # whoever started this is gone already
    names = {_fork(run): name for name, run in applications.items()}
    stop = threading.Event()

    def end(_number: int | None = None, _frame: FrameType | None = None) -> None:
        stop.set()
        for pid in names:
            _terminate(pid)

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    if watch_stdin:
        threading.Thread(target=_wait_for_end_of_input, args=(end,), daemon=True).start()
    pid, status = os.wait()
    ended = names.pop(pid)
    is_fault = not stop.is_set()
    if is_fault:
        print(f"{ended} has ended by itself ({_how(os.waitstatus_to_exitcode(status))})", file=sys.stderr, flush=True)
    end()
    for other in list(names):
        os.waitpid(other, 0)
    return 1 if is_fault else 0


def _fork(run: Callable[[], int]) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(run())
    return pid


def _how(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"signal {-status}"


def _terminate(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return


def _has_input_ended() -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(readable) and not os.read(sys.stdin.fileno(), 4096)


def _wait_for_end_of_input(end: Callable[[], None]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    end()
