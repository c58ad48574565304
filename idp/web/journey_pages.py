"""Pages of journeys: a step's screen, and what is said when somebody cannot go on here."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from idp.domain.client import Client
from idp.domain.journey import Journey
from idp.flows.screen import Screen
from idp.services import Services
from idp.web.context import renderer, request_locale
from idp.web.csrf import make_csrf
from idp.web.headers import allow_form_target
from idp.web.pages.context import PageContext, Purpose


def show_screen(house: Services, journey: Journey, screen: Screen) -> Response:
    """A step's page with its form tokens."""
    context = build_context(house, journey, csrf=make_csrf(house.digester, journey.browser_digest, journey.id))
    answer = Response(renderer().render_screen(screen, context=context), mimetype="text/html")
    allow_form_target(answer, *ways_back(house, journey))
    return answer


def show_expired(house: Services, journey: Journey | None) -> Response:
    """The journey took too long, or is not known: begin again."""
    return _stopped(house, "expired", 410 if journey is not None else 404, journey)


def show_lost(house: Services, journey: Journey | None) -> Response:
    """The browser is not the one the journey began in, or has lost its cookie."""
    return _stopped(house, "lost_cookie", 403, journey)


def show_unknown_link(house: Services) -> Response:
    """A link that was never sent, or is long forgotten."""
    return _stopped(house, "link_unknown", 404, None)


def show_elsewhere(house: Services, journey: Journey) -> Response:
    """The link was pressed in another browser: it goes on there."""
    return _stopped(house, "elsewhere", 200, journey)


def _stopped(house: Services, page: str, status: int, journey: Journey | None) -> Response:
    context = build_context(house, journey)
    restart = restart_url(house, journey) if journey is not None else None
    html = renderer().render_page(page, context=context, restart=restart)
    return Response(html, status=status, mimetype="text/html")


def build_context(house: Services, journey: Journey | None, *, csrf: str = "") -> PageContext:
    """What the renderer has to know about this request."""
    client = None if journey is None else house.clients.get(journey.client_id)
    waits = journey is not None and journey.interaction_id is not None
    return PageContext(
        locale=request_locale(None if journey is None else journey.locale),
        url=request.full_path.rstrip("?"),
        now=house.clock.now(),
        csrf=csrf,
        step="" if journey is None else str(journey.state_no),
        client=client,
        purpose=None if client is None else Purpose.SIGN_IN if waits else Purpose.RETURN,
        home=None if journey is None else journey.return_to,
    )


def ways_back(house: Services, journey: Journey) -> tuple[str | None, ...]:
    """Where the journey's last redirect may lead: forms have to be allowed to end there."""
    if journey.interaction_id is not None:
        interaction = house.interactions.get(journey.interaction_id, house.clock.now())
        return () if interaction is None else (interaction.request.redirect_uri,)
    return journey.return_to, _home(house.clients.get(journey.client_id))


def _home(client: Client | None) -> str | None:
    return None if client is None else client.home_uri


def restart_url(house: Services, journey: Journey) -> str | None:
    """Where to begin again: the same flow from the start, or the authorization request that still waits."""
    client = house.clients.get(journey.client_id)
    if journey.interaction_id is not None:
        waiting = house.interactions.get(journey.interaction_id, house.clock.now())
        return None if waiting is None else f"/authorize/resume?{urlencode({'interaction': waiting.id, 'again': '1'})}"
    if client is None or journey.flow not in client.starts:
        return None
    query = {"client_id": client.id} | ({"return_to": journey.return_to} if journey.return_to else {})
    return f"/start/{journey.flow}?{urlencode(query)}"
