"""The session of the browser that asks: found by its cookie, begun or raised when a journey ends, ended.

Each time somebody has shown who they are the cookie's secret is new (session fixation), and a finished journey counts
once: looking at its address again makes no session. OpenID Connect Core §3.1.2.3,
OpenID Connect Back-Channel Logout §2.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.endings import build_logout_jobs
from idp.domain.journey import Journey
from idp.domain.session import AuthenticationEvent, Session
from idp.flows.outcome import Authenticated
from idp.services import Services
from idp.web.cookies import drop_cookie, put_cookie, read_token

COOKIE = "sekisho_session"
PURPOSE = "session"
REPEAT = timedelta(seconds=15)
"""How long a double press may end the same journey again; short, because the old cookie counts for so long."""
_TOUCH_AFTER = timedelta(seconds=60)
_END_OF_JOURNEY = "urn:sekisho:journey-end"  # no client can have this id
_REMEMBERED = timedelta(days=30)


def load_session(house: Services) -> Session | None:
    """The live session of this browser whose subject may still sign in; its idle end moves on."""
    secret = read_token(house.site, COOKIE)
    if secret is None:
        return None
    now = house.clock.now()
    session = house.sessions.find(house.digester.digest(PURPOSE, secret), now)
    subject = None if session is None else house.subjects.get(session.subject_id)
    if session is None or subject is None or not subject.is_active:
        return None
    if now - session.last_seen_at > _TOUCH_AFTER:
        house.sessions.touch(session.id, now, _end_of(house, session.created_at, now))
    return session


def hold_session(house: Services, session: Session) -> bool:
    """Keep a session from being ended until the unit of work is over; False when it has ended meanwhile."""
    house.subjects.hold(session.subject_id)
    stored, subject = house.sessions.get(session.id), house.subjects.get(session.subject_id)
    return stored is not None and stored.ended_at is None and subject is not None and subject.is_active


def apply_outcome(house: Services, journey: Journey, outcome: Authenticated, answer: Response) -> Session | None:
    """Begin or raise this browser's session, and put its new cookie on `answer`. Call it inside a unit of work.

    None, and nothing changed, when the journey's end was used before or what it rests on is gone: a new password
    ends journeys as well as sessions.
    """
    now = house.clock.now()
    secret = house.secrets.token()
    # Of two requests at once one waits here, and then finds the session the other made, or the journey ended.
    house.subjects.hold(outcome.subject_id)
    stored = house.journeys.get(journey.id)
    if stored is None or now >= stored.expires_at:
        return None
    if house.replays.first_use(_END_OF_JOURNEY, journey.id, now + _REMEMBERED, now):
        session = _begin(house, journey, outcome, secret)
    else:
        session = _repeat(house, journey, secret)
    if session is not None:
        put_cookie(answer, house.site, COOKIE, secret)
    return session


def _begin(house: Services, journey: Journey, outcome: Authenticated, secret: str) -> Session | None:
    events = _counting(house, journey, outcome.events)
    subject = house.subjects.get(outcome.subject_id)
    if not events or subject is None or not subject.is_active:
        return None
    here = load_session(house)
    if here is not None and here.subject_id == outcome.subject_id:
        return _raise(house, here, merge_events(here.events, events), (journey.id, secret))
    if here is not None:
        end_session(house, here)
    return _create(house, outcome.subject_id, events, (journey.id, secret))


def _counting(
    house: Services, journey: Journey, events: tuple[AuthenticationEvent, ...]
) -> tuple[AuthenticationEvent, ...]:
    """Events of a session that was carried in count as long as it lives: signing out meanwhile takes them away."""
    now = house.clock.now()
    carried = None if journey.session_id is None else house.sessions.get(journey.session_id)
    if carried is not None and carried.ended_at is None and carried.expires_at > now:
        return events
    return tuple(event for event in events if event.at >= journey.created_at)


def merge_events(
    before: Iterable[AuthenticationEvent], after: Iterable[AuthenticationEvent]
) -> tuple[AuthenticationEvent, ...]:
    """All events in order of time; of those that proved the same thing in the same way only the newest."""
    newest: dict[tuple[str, str | None], AuthenticationEvent] = {}
    for event in sorted((*before, *after), key=lambda event: event.at):
        newest[event.method.value, event.address] = event
    return tuple(sorted(newest.values(), key=lambda event: event.at))


def _create(
    house: Services, subject_id: str, events: tuple[AuthenticationEvent, ...], made: tuple[str, str]
) -> Session:
    now = house.clock.now()
    journey_id, secret = made
    session = Session(
        id=house.secrets.identifier(),
        sid=house.secrets.identifier(),
        token_digest=house.digester.digest(PURPOSE, secret),
        subject_id=subject_id,
        events=events,
        created_at=now,
        last_seen_at=now,
        expires_at=_end_of(house, now, now),
        journey_id=journey_id,
    )
    house.sessions.create(session)
    _record(house, AuditKind.SESSION_STARTED, session, now)
    return session


def _raise(
    house: Services, session: Session, events: tuple[AuthenticationEvent, ...], made: tuple[str, str]
) -> Session | None:
    now = house.clock.now()
    journey_id, secret = made
    is_raised = house.sessions.raise_to(
        session.id,
        token_digest=house.digester.digest(PURPOSE, secret),
        events=events,
        journey_id=journey_id,
        now=now,
        expires_at=_end_of(house, session.created_at, now),
    )
    return house.sessions.get(session.id) if is_raised else None


def _repeat(house: Services, journey: Journey, secret: str) -> Session | None:
    """The session this journey made moments ago, under a new secret: the browser shows the second answer."""
    session = house.sessions.find_by_journey(journey.id)
    if session is None or house.clock.now() - session.last_seen_at > REPEAT:
        return None
    return _raise(house, session, session.events, (journey.id, secret))


def end_session(house: Services, session: Session) -> None:
    """End a session, revoke what was granted in it but for offline use, and leave notices for its clients.

    Call it inside a unit of work.
    """
    now = house.clock.now()
    if not house.sessions.end(session.id, now):
        return
    house.grants.revoke_for_session(session.id, now, keep_offline=True)
    told = [client_id for client_id in house.sessions.clients(session.id) if _wants_notice(house, client_id)]
    for job in build_logout_jobs(session, told, secrets=house.secrets, now=now):
        house.outbox.add(job)
    _record(house, AuditKind.SESSION_ENDED, session, now)


def drop_session(house: Services, answer: Response) -> None:
    """Take the session's cookie back."""
    drop_cookie(answer, house.site, COOKIE)


def _wants_notice(house: Services, client_id: str) -> bool:
    client = house.clients.get(client_id)
    return client is not None and client.backchannel_logout_uri is not None


def _end_of(house: Services, created_at: datetime, now: datetime) -> datetime:
    """The earlier of the idle and the absolute end."""
    return min(now + house.site.session_idle, created_at + house.site.session_absolute)


def _record(house: Services, kind: AuditKind, session: Session, now: datetime) -> None:
    detail = {"session_id": session.id}
    house.audit.record(
        AuditEvent(kind=kind, at=now, actor=session.subject_id, subject_id=session.subject_id, detail=detail)
    )
