"""The house itself: time, randomness, secrets at rest, the unit of work, the record of events."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from idp.domain.audit import AuditEvent


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""


class Secrets(Protocol):
    """Randomness from the operating system."""

    def token(self) -> str:
        """256 random bits as URL-safe text: codes, tokens, cookies, link secrets."""

    def identifier(self) -> str:
        """128 random bits as URL-safe text that sorts by time of making: keys of rows."""

    def digits(self, length: int) -> str:
        """Uniformly random decimal digits; may begin with 0."""

    def reference(self) -> str:
        """A short reference for people, like `7K2-M4Q`; no letters that are easily confused."""


class Digester(Protocol):
    """Keyed hashes for what must be compared but never read back."""

    def digest(self, purpose: str, value: str) -> str:
        """HMAC-SHA256 of `value` under a key separated by `purpose`, 64 hex digits."""


class Sealer(Protocol):
    """Encryption at rest."""

    def seal(self, purpose: str, plain: str) -> str:
        """Encrypt; the answer is text. Only the same `purpose` opens it."""

    def open(self, purpose: str, sealed: str) -> str:
        """Decrypt. Raises ValueError when it was altered or sealed for another purpose."""


class StoreUnavailable(Exception):
    """What is stored cannot be reached for now and was not changed by halves; the same may work in a moment."""


class Transactions(Protocol):
    """The unit of work."""

    def unit(self) -> AbstractContextManager[None]:
        """All store calls inside are committed together, or rolled back when the block raises.

        A transaction begins with the first write, so slow work (hashing, HTTP) done before it holds no lock.
        A unit inside a unit joins it. Raises StoreUnavailable, as every verb of every store may.
        """


class Audit(Protocol):
    """The record of events."""

    def record(self, event: AuditEvent) -> None:
        """Append an event in the caller's unit."""


class Purger(Protocol):
    """Deletes what has expired."""

    def purge(self, now: datetime, *, limit: int) -> int:
        """Delete up to `limit` expired rows of each kind; returns how many went."""
