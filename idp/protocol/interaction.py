"""The next hop of an authorization request, decided in one place: issue, ask, or refuse.

Each reason to ask is one named rule; their order is the order in which a person is asked. After a journey the same
function decides again: a reason that was asked before and is still open ends in an error instead of a loop.
OpenID Connect Core §3.1.2.1 to §3.1.2.6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp.domain.authorization import AuthorizationRequest, Prompt
from idp.domain.client import Client, ConsentPolicy
from idp.domain.grant import Consent
from idp.domain.session import Session, reached_level
from idp.domain.values import AssuranceLevels
from idp.protocol.errors import ErrorCode


class Reason(StrEnum):
    """Why a person is asked."""

    SELECT_ACCOUNT = "select_account"
    LOGIN = "login"
    STEP_UP = "step_up"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that the decision rests on.

    `session` is None unless it is live and its subject may sign in. `consent` is what that subject allowed the
    client before; `consent_scopes` is what this request needs allowed. `started_at` is when the request came in,
    `asked` are the reasons journeys were begun for since.
    """

    request: AuthorizationRequest
    client: Client
    levels: AssuranceLevels
    now: datetime
    started_at: datetime
    session: Session | None = None
    consent: Consent | None = None
    consent_scopes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """Answer with a code for this session."""

    session: Session


@dataclass(frozen=True, slots=True)
class Ask:
    """Begin a journey."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error."""

    code: ErrorCode


Decision = Issue | Ask | Refuse

_REFUSED_SILENTLY = {  # prompt=none, OpenID Connect Core §3.1.2.6
    Reason.SELECT_ACCOUNT: ErrorCode.ACCOUNT_SELECTION_REQUIRED,
    Reason.LOGIN: ErrorCode.LOGIN_REQUIRED,
    Reason.STEP_UP: ErrorCode.INTERACTION_REQUIRED,
    Reason.CONSENT: ErrorCode.CONSENT_REQUIRED,
}
_REFUSED_AFTER_ASKING = _REFUSED_SILENTLY | {Reason.STEP_UP: ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS}


def decide(situation: Situation) -> Decision:
    """The next hop."""
    reason = next((reason for reason, is_open in _RULES if is_open(situation)), None)
    match reason, situation.session:
        case None, Session() as session:
            return Issue(session)
        case None, _:
            return Refuse(ErrorCode.LOGIN_REQUIRED)
        case found, _ if Prompt.NONE in situation.request.prompts:
            return Refuse(_REFUSED_SILENTLY[found])
        case found, _ if found in situation.asked:
            return Refuse(_REFUSED_AFTER_ASKING[found])
        case found, _:
            return Ask(found)


def wanted_level(request: AuthorizationRequest, client: Client, levels: AssuranceLevels) -> str | None:
    """The level this request needs: what it asks for, never less than the client's own minimum."""
    return levels.strongest(client.min_acr, request.wanted_acr)


def _needs_account_selection(situation: Situation) -> bool:
    return Prompt.SELECT_ACCOUNT in situation.request.prompts and not _is_fresh(situation)


def _needs_login(situation: Situation) -> bool:
    session, request = situation.session, situation.request
    if session is None or not session.events:
        return True
    if request.hinted_subject_id not in {None, session.subject_id}:
        return True
    # OpenID Connect Core §3.1.2.1: only an authentication since the request came in answers prompt=login.
    if Prompt.LOGIN in request.prompts:
        return not _is_fresh(situation)
    return _is_too_old(situation, session)


def _is_too_old(situation: Situation, session: Session) -> bool:
    """`max_age`; whoever authenticated during this very request is not asked again, however short it is."""
    max_age = situation.request.max_age
    if max_age is None or _is_fresh(situation):
        return False
    return max_age == 0 or situation.now - _auth_time(session) > timedelta(seconds=max_age)


def _needs_step_up(situation: Situation) -> bool:
    if situation.session is None:
        return False
    wanted = wanted_level(situation.request, situation.client, situation.levels)
    return not situation.levels.reaches(reached_level(situation.session.events, situation.levels), wanted)


def _needs_consent(situation: Situation) -> bool:
    if situation.client.consent is ConsentPolicy.NEVER:
        return False
    consent = situation.consent
    if consent is None or not frozenset(situation.consent_scopes) <= consent.scopes:
        return True
    asks_anew = situation.client.consent is ConsentPolicy.ALWAYS or Prompt.CONSENT in situation.request.prompts
    return asks_anew and consent.given_at < situation.started_at


def _is_fresh(situation: Situation) -> bool:
    """True when somebody authenticated since the request came in."""
    session = situation.session
    return session is not None and bool(session.events) and _auth_time(session) >= situation.started_at


def _auth_time(session: Session) -> datetime:
    return max(event.at for event in session.events)


_RULES: tuple[tuple[Reason, Callable[[Situation], bool]], ...] = (
    (Reason.SELECT_ACCOUNT, _needs_account_selection),
    (Reason.LOGIN, _needs_login),
    (Reason.STEP_UP, _needs_step_up),
    (Reason.CONSENT, _needs_consent),
)
