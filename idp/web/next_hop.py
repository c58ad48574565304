"""The next hop of an authorization request: the decision, and how each of its outcomes is carried out.

Used by `/authorize` and, after a journey, by `/authorize/resume`: there is no second path.
OpenID Connect Core §3.1.2.3 to §3.1.2.6.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from werkzeug.wrappers import Response

from idp.domain.authorization import AuthorizationRequest, Interaction
from idp.domain.client import Client
from idp.domain.session import Session
from idp.oauth.codes import CodeOrder
from idp.protocol.claims import consent_scopes
from idp.protocol.errors import ClientRedirectError, ErrorCode, PageError, build_error_answer
from idp.protocol.interaction import Ask, Decision, Issue, Reason, Refuse, Situation, decide, wanted_level
from idp.services import Services
from idp.web.answers import return_address, send_answer
from idp.web.browser import keep_browser
from idp.web.browser_session import hold_session, load_session
from idp.web.context import request_locale
from idp.web.journeys import begin
from idp.web.redirects import see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An authorization request on its way to an answer. `reasons` are what the person was asked for already."""

    asked: AuthorizationRequest
    client: Client
    started_at: datetime
    reasons: tuple[str, ...] = ()


def answer_request(house: Services, asked: AuthorizationRequest, client: Client) -> Response:
    """Answer a request that has just come in, or begin to ask the person."""
    waiting = Waiting(asked=asked, client=client, started_at=house.clock.now())
    session = load_session(house)
    decision = consider(house, waiting, session)
    if isinstance(decision, Issue):
        if (code := _issue(house, waiting, decision.session)) is not None:
            return send_code(asked, code)
        session = None
        decision = consider(house, waiting, session)
    match decision:
        case Ask(reason=reason):
            return ask(house, waiting, reason, session)
        case Refuse(code=error):
            return send_refusal(asked, error)
        case Issue():
            raise AssertionError("a code without a session")


def _issue(house: Services, waiting: Waiting, session: Session) -> str | None:
    """A code; None when the session has ended since it was looked at."""
    order = CodeOrder(request=waiting.asked, client=waiting.client, session=session)
    with house.transactions.unit():
        return house.oauth.issue_code(order) if hold_session(house, session) else None


def consider(house: Services, waiting: Waiting, session: Session | None) -> Decision:
    """The decision about a request, for the session of this browser."""
    asked, client = waiting.asked, waiting.client
    return decide(
        Situation(
            request=asked,
            client=client,
            levels=house.site.levels,
            now=house.clock.now(),
            started_at=waiting.started_at,
            session=session,
            consent=None if session is None else house.consents.get(session.subject_id, client.id),
            consent_scopes=consent_scopes(asked.scopes, asked.claims, house.catalog),
            asked=waiting.reasons,
        )
    )


def ask(house: Services, waiting: Waiting, reason: Reason, session: Session | None) -> Response:
    """Store the request as an interaction, begin its journey, and lead the browser there."""
    asked, client = waiting.asked, waiting.client
    if client.flow is None:
        raise PageError(ErrorCode.UNAUTHORIZED_CLIENT, parameter="client_id", detail=f"{client.id} has no flow")
    answer = see_other("/")
    interaction = _build_interaction(house, waiting, keep_browser(house, answer))
    house.interactions.create(interaction)
    journey_id = begin(
        house,
        flow=client.flow,
        reason=reason.value,
        client=client,
        interaction=interaction,
        return_to=None,
        session=session,
        browser_digest=interaction.browser_digest,
        locale=request_locale(),
        wanted_acr=wanted_level(asked, client, house.site.levels),
        scopes=consent_scopes(asked.scopes, asked.claims, house.catalog),
        login_hint=asked.login_hint,
    )
    house.interactions.asked(interaction.id, journey_id, reason.value)
    answer.headers["Location"] = f"/journey/{journey_id}"
    return answer


def _build_interaction(house: Services, waiting: Waiting, browser_digest: str) -> Interaction:
    site = house.site
    return Interaction(
        id=house.secrets.identifier(),
        request=waiting.asked,
        browser_digest=browser_digest,
        started_at=waiting.started_at,
        # As long as a journey that waits for a mailed link and then for a form.
        expires_at=house.clock.now() + site.journey_life + site.link_life + site.form_life,
        asked=waiting.reasons,
    )


def send_code(asked: AuthorizationRequest, code: str) -> Response:
    """The answer with a code."""
    return send_answer([("code", code)], return_address(asked))


def send_refusal(asked: AuthorizationRequest, error: ErrorCode) -> Response:
    """The answer with an error; unlike a raised one it can carry cookies."""
    back = return_address(asked)
    return send_answer(build_error_answer(ClientRedirectError(error, back=back)), back)


def waiting_again(house: Services, interaction: Interaction, client: Client, *, from_start: bool) -> Waiting:
    """The request of an interaction; `from_start` forgets what was asked, as if it had just come in."""
    waiting = Waiting(
        asked=interaction.request, client=client, started_at=interaction.started_at, reasons=interaction.asked
    )
    return replace(waiting, started_at=house.clock.now(), reasons=()) if from_start else waiting
