"""What leaves the house and what is asked of others: the outbox, senders, hooks, logout notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.outbox import DeliveredMessage, Job, JobKind, Message
from idp.domain.values import JsonObject


class OutboxStore(Protocol):
    """The transactional outbox."""

    def add(self, job: Job) -> None:
        """Write a job in the caller's unit."""

    def claim(
        self, now: datetime, *, lease: timedelta, limit: int, kinds: Collection[JobKind] = tuple(JobKind)
    ) -> Sequence[Job]:
        """Take due jobs of `kinds`, oldest due first, by moving `due_at` to the end of the lease.

        No two workers get the same one. With nothing due it only reads: workers ask several times a second.
        """

    def done(self, job_id: str) -> None:
        """Delivered: the payload is erased."""

    def retry(self, job_id: str, due_at: datetime) -> None:
        """Failed for now."""

    def give_up(self, job_id: str, reason: str) -> None:
        """Failed for good: the payload is erased, the reason kept."""


class DevOutboxStore(Protocol):
    """The development outbox: its own encrypted copy of what was sent."""

    def add(self, delivered: DeliveredMessage) -> None:
        """Keep a message; harmless when its id is there."""

    def list(self, to: str | None = None) -> Sequence[DeliveredMessage]:
        """Newest first, nothing dropped."""


class DeliveryFailed(Exception):
    """A provider did not take a message. `is_final` ends the retries."""

    def __init__(self, detail: str, *, is_final: bool = False) -> None:
        super().__init__(detail)
        self.is_final = is_final


class Sender(Protocol):
    """A provider of one or more channels."""

    def send(self, message: Message) -> None:
        """Hand over one message; its id is the idempotency key. Raises DeliveryFailed."""


class HookFailed(Exception):
    """A hook could not be reached, took too long, or answered something its declaration does not allow."""


class HookCaller(Protocol):
    """HTTP calls to the systems that `site.yaml` declares."""

    def call(self, hook: str, payload: JsonObject, *, idempotency_key: str) -> JsonObject:
        """The reply, checked against the hook's declaration. Raises HookFailed."""


class LogoutNotifier(Protocol):
    """Delivers back-channel logout tokens."""

    def post(self, url: str, logout_token: str) -> None:
        """POST the token (OpenID Connect Back-Channel Logout §2.5). Raises DeliveryFailed."""
