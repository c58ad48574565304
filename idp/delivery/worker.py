"""The worker: takes due jobs from the outbox, has them done, tries again what failed, gives up what is too late.

A job is leased, not removed: what a killed worker held comes back by itself. Each kind of job has threads of its own,
so a hook that hangs never holds up a code. Any number of workers may run side by side, in one process or many.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from idp.delivery.housekeeping import Housekeeping
from idp.delivery.pace import LANES, Lane, Pace
from idp.domain.outbox import Job, JobKind
from idp.domain.ports import Clock, DeliveryFailed, HookFailed, OutboxStore, Secrets

log = logging.getLogger("sekisho.worker")

T = TypeVar("T")

HOUSEKEEPING_EVERY = 60.0  # seconds
_AFTER_TROUBLE = 1.0  # seconds
_PER_MILLE = 3  # digits


class Worker:
    """Does what waits in the outbox until it is stopped."""

    def __init__(
        self,
        *,
        outbox: OutboxStore,
        handle: Callable[[Job], None],
        housekeeping: Housekeeping,
        clock: Clock,
        secrets: Secrets,
        pace: Pace,
        lanes: Sequence[Lane] = LANES,
    ) -> None:
        self._outbox = outbox
        self._handle = handle
        self._housekeeping = housekeeping
        self._clock = clock
        self._secrets = secrets
        self._pace = pace
        self._lanes = lanes
        self._stopping = threading.Event()
        self._bells: list[threading.Event] = []
        self._threads: list[threading.Thread] = []

    def run(self) -> None:
        """Work until `stop` is called, then until the jobs in hand are done."""
        self.start()
        # Waiting for the event itself could meet a signal handler that sets it while its lock is held here.
        self.join()

    def start(self) -> None:
        """Begin to work in threads of this process, which end with it at the latest."""
        for lane in self._lanes:
            for number in range(lane.threads):
                bell = threading.Event()
                self._bells.append(bell)
                self._begin(f"{lane.kind.value}-{number}", self._serve, lane, bell)
        self._begin("housekeeping", self._keep_house)
        log.info("the worker has begun")

    def wake(self) -> None:
        """Look for work at once: somebody has just written some."""
        for bell in self._bells:
            bell.set()

    def stop(self) -> None:
        """Ask the worker to end; it takes no further job."""
        self._stopping.set()
        self.wake()

    def join(self, seconds: float | None = None) -> bool:
        """Wait until every thread has ended; False when some still work after `seconds` in all."""
        end = None if seconds is None else time.monotonic() + seconds
        for thread in self._threads:
            thread.join(None if end is None else max(end - time.monotonic(), 0))
        is_over = not any(thread.is_alive() for thread in self._threads)
        if is_over:
            log.info("the worker has ended")
        return is_over

    def turn(self, kind: JobKind) -> bool:
        """Take one due job of a kind and do it; False when there was none."""
        jobs = self._outbox.claim(self._clock.now(), lease=self._pace.lease, limit=1, kinds=(kind,))
        for job in jobs:
            self._do(job)
        return bool(jobs)

    def _begin(self, name: str, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self, lane: Lane, bell: threading.Event) -> None:
        while not self._stopping.is_set():
            bell.clear()
            result = _attempt(lambda: self.turn(lane.kind))
            if isinstance(result, Exception):
                log.error("%s: %s", lane.kind.value, describe(result))
                self._stopping.wait(_AFTER_TROUBLE)
            elif not result and not self._stopping.is_set():
                bell.wait(lane.poll)

    def _keep_house(self) -> None:
        while not self._stopping.is_set():
            result = _attempt(lambda: self._housekeeping.tidy(self._stopping.is_set))
            if isinstance(result, Exception):
                log.error("housekeeping: %s", describe(result))
            self._stopping.wait(HOUSEKEEPING_EVERY)

    def _do(self, job: Job) -> None:
        if job.expires_at <= self._clock.now():
            self._give_up(job, "expired")
            return
        match _attempt(lambda: self._handle(job)):
            case DeliveryFailed() as trouble if trouble.is_final:
                self._give_up(job, str(trouble))
            case DeliveryFailed() | HookFailed() as trouble:
                self._try_again(job, str(trouble))
            case Exception() as trouble:
                self._try_again(job, describe(trouble))
            case None:
                self._outbox.done(job.id)
                if job.kind is JobKind.CHALLENGE:
                    self.wake()  # its message waits

    def _try_again(self, job: Job, why: str) -> None:
        chance = int(self._secrets.digits(_PER_MILLE)) / 10**_PER_MILLE
        due_at = self._clock.now() + self._pace.pause(job.attempts, chance)
        if due_at >= job.expires_at:
            self._give_up(job, f"too late to try again: {why}")
            return
        log.warning("%s %s failed, try %d: %s", job.kind.value, job.id, job.attempts, why)
        self._outbox.retry(job.id, due_at)

    def _give_up(self, job: Job, why: str) -> None:
        log.error("%s %s is given up after %d tries: %s", job.kind.value, job.id, job.attempts, why)
        self._outbox.give_up(job.id, why)


def _attempt(action: Callable[[], T]) -> T | Exception:
    """Do it; what goes wrong comes back as a value, so that nothing ends a thread that has other jobs to do."""
    try:
        return action()
    except Exception as error:  # noqa: BLE001 # see above
        return error


def describe(error: Exception) -> str:
    """Kind and place of an unexpected error. Its text stays out: it could repeat an address, a code or a reply."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places}"
