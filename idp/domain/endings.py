"""Ending somebody's sessions: with the journeys on the way to one, what was granted, and the notices to clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.outbox import Job, JobKind
from idp.domain.ports import ChallengeStore, GrantStore, JourneyStore, OutboxStore, Secrets, SessionStore, SubjectStore
from idp.domain.session import Session
from idp.domain.subject import Subject

NOTICE_LIFE = timedelta(hours=24)


def build_logout_jobs(session: Session, clients: Iterable[str], *, secrets: Secrets, now: datetime) -> tuple[Job, ...]:
    """One back-channel notice for each client that got tokens in the session.

    Whether a client wants notices is looked at when they are sent.
    """
    return tuple(
        Job(
            id=secrets.identifier(),
            kind=JobKind.LOGOUT,
            payload={"client_id": client_id, "sid": session.sid, "sub": session.subject_id},
            due_at=now,
            expires_at=now + NOTICE_LIFE,
        )
        for client_id in clients
    )


class EndingPorts(Protocol):
    """What an end touches, by the names that every holder of ports has for it."""

    @property
    def subjects(self) -> SubjectStore:
        """Accounts."""

    @property
    def sessions(self) -> SessionStore:
        """Signed-in browsers."""

    @property
    def journeys(self) -> JourneyStore:
        """Journeys in progress."""

    @property
    def challenges(self) -> ChallengeStore:
        """Codes and links on their way."""

    @property
    def grants(self) -> GrantStore:
        """What clients were granted."""

    @property
    def outbox(self) -> OutboxStore:
        """Notices to clients."""

    @property
    def secrets(self) -> Secrets:
        """Their ids."""


def end_sessions(
    subject: Subject, ports: EndingPorts, *, now: datetime, but: str | None = None, but_journey: str | None = None
) -> int:
    """End all sessions and grants of a subject, but one session's; returns how many sessions ended.

    Journeys in which the subject has shown something end too, and codes and links on their way to the subject: what
    they rest on is no longer good. Call it inside a unit of work: whoever is about to begin a session for the subject
    waits, and then finds that it may not.
    """
    ports.subjects.hold(subject.id)
    ports.journeys.end_all(subject.id, now, but=but_journey)
    own = (subject.email, *(phone.number for phone in subject.phones), *(login.value for login in subject.logins))
    ports.challenges.end_for(own, now, but_journey=but_journey)
    ended = ports.sessions.end_all(subject.id, now, but=but)
    ports.grants.revoke_for_subject(subject.id, now, but_session=but)
    for session in ended:
        told = ports.sessions.clients(session.id)
        for job in build_logout_jobs(session, told, secrets=ports.secrets, now=now):
            ports.outbox.add(job)
    return len(ended)
