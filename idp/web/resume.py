"""/authorize/resume: where a journey comes back to the authorization request that began it.

An interaction is answered once: the first request through finishes it, applies the journey's outcome and decides
again. A double press within seconds gets the same answer anew, while nobody has spent its code; later there is a
page that says so. OpenID Connect Core §3.1.2.3, RFC 6749 §4.1.2.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.domain.authorization import AuthorizationRequest, Interaction
from idp.domain.client import Client
from idp.domain.journey import Journey
from idp.domain.session import Session
from idp.flows.outcome import Authenticated, Declined, Outcome, outcome_from_json
from idp.flows.state import state_from_json
from idp.oauth.codes import CodeOrder
from idp.protocol.errors import ErrorCode
from idp.protocol.interaction import Ask, Issue, Refuse
from idp.services import Services
from idp.web.browser import browser_digest
from idp.web.browser_session import REPEAT, apply_outcome, hold_session, load_session
from idp.web.context import renderer, request_locale, services
from idp.web.next_hop import answer_request, ask, consider, send_code, send_refusal, waiting_again
from idp.web.pages.context import PageContext
from idp.web.redirects import see_other

blueprint = Blueprint("resume", __name__)


@dataclass(frozen=True, slots=True)
class Finished:
    """The request was answered before, and that answer was used or is too old to give again."""


class _Spent(Exception):
    """The answer of before was used: what this request has done so far is taken back."""


Settled = Issue | Ask | Refuse | Finished


@blueprint.get("/authorize/resume")
def resume() -> Response:
    """Go on where the journey ended."""
    house = services()
    interaction = house.interactions.get(request.args.get("interaction", ""), house.clock.now())
    client = None if interaction is None else house.clients.get(interaction.request.client_id)
    if interaction is None or client is None:
        return _stop(house, "expired", 404)
    return _stop_early(house, interaction, client) or _go_on(house, interaction, client)


def _stop_early(house: Services, interaction: Interaction, client: Client) -> Response | None:
    """The page for a request that was answered already, or for another browser; None to go on."""
    if _is_over(house, interaction):
        return _stop(house, "finished", 200, client=client)
    if request.args.get("again"):
        # As if the request had come in anew: nothing of the journey that was lost counts.
        return answer_request(house, _anew(house, interaction), client)
    if browser_digest(house) != interaction.browser_digest:
        again = urlencode({"interaction": interaction.id, "again": "1"})
        return _stop(house, "lost_cookie", 403, client=client, restart=f"/authorize/resume?{again}")
    return None


def _go_on(house: Services, interaction: Interaction, client: Client) -> Response:
    journey = None if interaction.journey_id is None else house.journeys.get(interaction.journey_id)
    if journey is None or _has_lapsed(house, journey):
        return answer_request(house, _anew(house, interaction), client)
    outcome = outcome_from_json(journey.outcome)
    if outcome is None or not _belongs_here(journey, interaction):
        return see_other(f"/journey/{journey.id}")
    return _Return(house, interaction, client).answer(journey, outcome)


def _anew(house: Services, interaction: Interaction) -> AuthorizationRequest:
    """The request as it begins anew: in the browser it came from, the address that was typed is kept."""
    asked = interaction.request
    journey = None if interaction.journey_id is None else house.journeys.get(interaction.journey_id)
    if asked.login_hint is not None or journey is None or journey.browser_digest != browser_digest(house):
        return asked
    state = state_from_json(journey.state)
    return replace(asked, login_hint=state.text("email") or state.typed.get("email") or None)


class _Return:
    """One journey coming back to its request."""

    def __init__(self, house: Services, interaction: Interaction, client: Client) -> None:
        self._house = house
        self._interaction = interaction
        self._client = client
        self._waiting = waiting_again(house, interaction, client, from_start=False)
        self._cookies = see_other("/")
        self._code: str | None = None

    def answer(self, journey: Journey, outcome: Outcome) -> Response:
        """The answer to the client, the next journey, or the page that says it is over."""
        house, asked = self._house, self._interaction.request
        settled, session = self._try_to_settle(journey, outcome)
        match settled:
            case Issue():
                sent = send_code(asked, str(self._code))
            case Ask(reason=reason):
                sent = ask(house, self._waiting, reason, session)
            case Refuse(code=error):
                sent = send_refusal(asked, error)
            case Finished():
                sent = _stop(house, "finished", 200, client=self._client)
        for cookie in () if isinstance(settled, Finished) else self._cookies.headers.getlist("Set-Cookie"):
            sent.headers.add("Set-Cookie", cookie)
        return sent

    def _try_to_settle(self, journey: Journey, outcome: Outcome) -> tuple[Settled, Session | None]:
        """What `_settle` says; once the code was spent a repeat must not get hold of the session either."""
        try:
            with self._house.transactions.unit():
                return self._settle(journey, outcome)
        except _Spent:
            return Finished(), None

    def _settle(self, journey: Journey, outcome: Outcome) -> tuple[Settled, Session | None]:
        """Finish the interaction, apply the outcome and decide, all in one unit of work."""
        house = self._house
        # First a write: of two requests at once one waits here, and then finds what the other did.
        is_first = house.interactions.finish(self._interaction.id, house.clock.now())
        if isinstance(outcome, Declined):
            return Refuse(_error_of(outcome)), None
        session = None
        if isinstance(outcome, Authenticated):
            session = apply_outcome(house, journey, outcome, self._cookies)
        session = session or load_session(house)
        session = session if session is not None and hold_session(house, session) else None
        decision = consider(house, self._waiting, session)
        if not isinstance(decision, Issue):
            return decision, session
        self._code = self._issue(decision.session, is_first=is_first)
        if self._code is None:
            raise _Spent
        return decision, session

    def _issue(self, session: Session, *, is_first: bool) -> str | None:
        request_id = self._interaction.id
        order = CodeOrder(request=self._interaction.request, client=self._client, session=session, grant_id=request_id)
        return self._house.oauth.issue_code(order) if is_first else self._house.oauth.reissue_code(order)


def _is_over(house: Services, interaction: Interaction) -> bool:
    finished_at = interaction.finished_at
    return finished_at is not None and house.clock.now() - finished_at > REPEAT


def _has_lapsed(house: Services, journey: Journey) -> bool:
    return house.clock.now() >= journey.expires_at


def _belongs_here(journey: Journey, interaction: Interaction) -> bool:
    """A journey that went on in another browser, by a mailed link, proves nothing about this one."""
    return (journey.interaction_id, journey.browser_digest) == (interaction.id, interaction.browser_digest)


def _error_of(declined: Declined) -> ErrorCode:
    """The error a flow ended with; one that is not registered becomes access_denied."""
    try:
        return ErrorCode(declined.error)
    except ValueError:
        return ErrorCode.ACCESS_DENIED


def _stop(
    house: Services, page: str, status: int, *, client: Client | None = None, restart: str | None = None
) -> Response:
    context = PageContext(
        locale=request_locale(), url=request.full_path.rstrip("?"), now=house.clock.now(), client=client
    )
    return Response(renderer().render_page(page, context=context, restart=restart), status=status, mimetype="text/html")
