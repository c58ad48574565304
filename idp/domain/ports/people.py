"""Stores of people and of their signed-in browsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from idp.domain.session import AuthenticationEvent, Session
from idp.domain.subject import Identifier, IdentifierKind, Subject, SubjectStatus
from idp.domain.values import Json


class SubjectStore(Protocol):
    """Accounts, their identifiers and phones."""

    def get(self, subject_id: str) -> Subject | None:
        """The subject with phones and log-ins, or None."""

    def hold(self, subject_id: str) -> None:
        """Keep everybody else who holds this account waiting until the unit of work ends; what is read then is true."""

    def find(self, realm: str, kind: IdentifierKind, value: str) -> Subject | None:
        """The one subject that the identifier names in the realm."""

    def find_by_phone(self, number: str) -> Sequence[Subject]:
        """Every subject that has the number as second factor."""

    def list(self, *, after: str = "", limit: int = 100) -> Sequence[Subject]:
        """Subjects in order of id."""

    def create(self, subject: Subject) -> bool:
        """Store a new subject with its e-mail identifier; False (and nothing stored) when the address is taken."""

    def set_attributes(self, subject_id: str, changes: Mapping[str, Json], now: datetime) -> None:
        """Merge attribute values; None removes one."""

    def set_status(self, subject_id: str, status: SubjectStatus, now: datetime) -> None:
        """Disable or enable."""

    def set_email(self, subject_id: str, email: str, verified_at: datetime, now: datetime) -> bool:
        """Give the account another address; False when it is taken."""

    def mark_email_verified(self, subject_id: str, email: str, now: datetime) -> None:
        """Record that `email` was proven, if it still is the subject's address."""

    def add_phone(self, subject_id: str, number: str, now: datetime) -> None:
        """Add a second-factor number; harmless when it is there already."""

    def remove_phone(self, subject_id: str, number: str) -> bool:
        """Remove a second-factor number; False when it was not there."""

    def add_login(self, subject_id: str, identifier: Identifier) -> bool:
        """Make an identifier a log-in; True when it is this subject's afterwards, False when another's."""

    def has_signed_in(self, subject_id: str, client_id: str) -> bool:
        """True once the subject has signed in at the client."""

    def record_sign_in(self, subject_id: str, client_id: str, now: datetime) -> None:
        """Remember a sign-in at a client."""


class PasswordStore(Protocol):
    """Password hashes, one a subject."""

    def get(self, subject_id: str) -> str | None:
        """The encoded argon2id hash, or None while no password is set."""

    def set(self, subject_id: str, encoded: str, now: datetime) -> None:
        """Set or replace the hash."""

    def changed_at(self, subject_id: str) -> datetime | None:
        """When the password was last set."""


class SessionStore(Protocol):
    """Signed-in browsers."""

    def create(self, session: Session) -> None:
        """Store a new session."""

    def find(self, token_digest: str, now: datetime) -> Session | None:
        """The live session of a cookie."""

    def get(self, session_id: str) -> Session | None:
        """The session, ended or not."""

    def find_by_journey(self, journey_id: str) -> Session | None:
        """The live session that a journey made or raised."""

    def raise_to(
        self,
        session_id: str,
        *,
        token_digest: str,
        events: tuple[AuthenticationEvent, ...],
        journey_id: str | None,
        now: datetime,
        expires_at: datetime,
    ) -> bool:
        """Replace the cookie's secret and the events after a step-up; False when the session has ended."""

    def touch(self, session_id: str, now: datetime, expires_at: datetime) -> None:
        """Move the idle end."""

    def end(self, session_id: str, now: datetime) -> bool:
        """End one; False when it had ended before."""

    def end_all(self, subject_id: str, now: datetime, *, but: str | None = None) -> Sequence[Session]:
        """End all sessions of a subject, but one; returns those that were ended."""

    def live(self, subject_id: str, now: datetime) -> Sequence[Session]:
        """The subject's live sessions, newest first."""

    def add_client(self, session_id: str, client_id: str) -> None:
        """Remember that a client got tokens in this session (for logout notices)."""

    def clients(self, session_id: str) -> Sequence[str]:
        """Ids of the clients that got tokens in this session."""
