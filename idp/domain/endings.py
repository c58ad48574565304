"""Ending somebody's sessions: with the journeys on the way to one, what was granted, and the notices to clients."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

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


def end_sessions(
    subject: Subject,
    *,
    but: str | None,
    but_journey: str | None,
    subjects: SubjectStore,
    sessions: SessionStore,
    journeys: JourneyStore,
    challenges: ChallengeStore,
    grants: GrantStore,
    outbox: OutboxStore,
    secrets: Secrets,
    now: datetime,
) -> int:
    """End all sessions and grants of a subject, but one session's; returns how many sessions ended.

    Journeys in which the subject has shown something end too, and codes and links on their way to the subject: what
    they rest on is no longer good. Call it inside a
    unit of work: whoever is about to begin a session for the subject waits, and then finds that it may not.
    """
    subjects.hold(subject.id)
    journeys.end_all(subject.id, now, but=but_journey)
    own = (subject.email, *(phone.number for phone in subject.phones), *(login.value for login in subject.logins))
    challenges.end_for(own, now, but_journey=but_journey)
    ended = sessions.end_all(subject.id, now, but=but)
    grants.revoke_for_subject(subject.id, now, but_session=but)
    for session in ended:
        for job in build_logout_jobs(session, sessions.clients(session.id), secrets=secrets, now=now):
            outbox.add(job)
    return len(ended)
