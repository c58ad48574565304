"""/journey/<id>: showing the page a person is at, and taking its form. POST, redirect, GET, always at one address.

A journey is bound to one browser. Whoever opens it in another, too late, or where it went on elsewhere gets a page
that says so and leads on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.domain.journey import Journey
from idp.flows.library import JourneyLost
from idp.flows.outcome import Outcome
from idp.flows.runtime import Stale
from idp.flows.screen import Notice, Screen
from idp.services import Services
from idp.web.browser import browser_digest
from idp.web.context import request_locale, services
from idp.web.csrf import is_own_form
from idp.web.journey_end import finish
from idp.web.journey_pages import show_elsewhere, show_expired, show_lost, show_screen
from idp.web.redirects import see_other

blueprint = Blueprint("journey", __name__)
ASKED_BY = "asked_by"
"""In a journey's request facts: the browser that asked, when a link was pressed in another."""


@blueprint.get("/journey/<journey_id>")
def show(journey_id: str) -> Response:
    """The page, or the way on when the journey is over."""
    house = services()
    journey = house.journeys.get(journey_id)
    if journey is None:
        return show_expired(house, None)
    if (stop := _check_browser(house, journey)) is not None:
        return stop
    try:
        journey, shown = _look(house, journey)
    except JourneyLost:
        return show_expired(house, journey)
    if not isinstance(shown, Screen):
        return finish(house, journey, shown)
    if request.args.get("moved") and not shown.problems and not shown.notices:
        shown = replace(shown, notices=(Notice(message="moved_on"),))
    return show_screen(house, journey, shown)


@blueprint.post("/journey/<journey_id>")
def submit(journey_id: str) -> Response:
    """Take a form. A stale one, or a second press, leads to where the person is."""
    house = services()
    journey = house.journeys.get(journey_id)
    if journey is None:
        return show_expired(house, None)
    if (stop := _check_browser(house, journey)) is not None:
        return stop
    return _take(house, journey) if _is_ours(house, journey) else show_lost(house, journey)


def _take(house: Services, journey: Journey) -> Response:
    if journey.outcome is not None:
        return _to_page(journey)
    if request.form.get("_step") != str(journey.state_no):
        return _to_page(journey, has_moved=True)
    # What is sent from now on is in the language of the page that was answered.
    speaking = replace(journey, locale=request_locale(journey.locale))
    try:
        return _to_page(house.flows.submit(speaking, _form()))
    except Stale:
        return _to_page(journey, has_moved=True)
    except JourneyLost:
        return show_expired(house, journey)


def _look(house: Services, journey: Journey) -> tuple[Journey, Screen | Outcome]:
    """Another request may carry the journey on at the same moment: then look again."""
    for _ in range(5):
        try:
            return house.flows.look(journey)
        except Stale:
            journey = house.journeys.get(journey.id) or journey
    return house.flows.look(journey)


def _check_browser(house: Services, journey: Journey) -> Response | None:
    """The page for a browser that may not go on with this journey, or None."""
    digest = browser_digest(house)
    if digest != journey.browser_digest:
        asked_by = _asked_by(journey)
        if digest is not None and digest == asked_by:
            return show_elsewhere(house, journey)
        return show_lost(house, journey)
    if journey.outcome is None and house.clock.now() >= journey.expires_at:
        return show_expired(house, journey)
    return None


def _asked_by(journey: Journey) -> str | None:
    facts = journey.state.get("request")
    found = facts.get(ASKED_BY) if isinstance(facts, Mapping) else None
    return None if found is None else str(found)


def _is_ours(house: Services, journey: Journey) -> bool:
    return is_own_form(
        house.digester,
        journey.browser_digest,
        journey.id,
        token=request.form.get("_csrf", ""),
        origin=request.headers.get("Origin"),
        issuer=house.site.issuer,
    )


def _form() -> dict[str, str]:
    """The fields by name; of a repeated one the first counts."""
    return {name: value for name, value in request.form.items() if not name.startswith("_")}


def _to_page(journey: Journey, *, has_moved: bool = False) -> Response:
    return see_other(f"/journey/{journey.id}{'?moved=1' if has_moved else ''}")
