"""/link/<secret>: the page a mailed link opens. Looking at it changes nothing; pressing its button goes on here.

Pressing binds the journey to this browser. A waiting authorization request stays with the browser that made it: the
link proves the address, not the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.domain.challenge import Challenge
from idp.domain.journey import Journey
from idp.domain.masking import mask_address
from idp.flows.runtime import Stale
from idp.flows.screen import Button, FieldType, Screen, ScreenKind, Shown
from idp.flows.state import state_from_json
from idp.services import Services
from idp.web.browser import keep_browser
from idp.web.context import renderer, services
from idp.web.csrf import is_own_form, make_csrf
from idp.web.headers import allow_form_target
from idp.web.journey import ASKED_BY
from idp.web.journey_pages import build_context, restart_url, show_lost, show_unknown_link, ways_back
from idp.web.redirects import see_other

blueprint = Blueprint("link", __name__)
LINK_PURPOSE = "link"


@blueprint.get("/link/<secret>")
def show(secret: str) -> Response:
    """The address half hidden and one button; or why this link leads nowhere any more."""
    house = services()
    found = _find(house, secret)
    if found is None:
        return show_unknown_link(house)
    challenge, journey = found
    answer = Response(mimetype="text/html")
    browser_digest = keep_browser(house, answer)
    context = build_context(house, journey, csrf=make_csrf(house.digester, browser_digest, challenge.id))
    reason = _lapsed(house, challenge, journey)
    if reason is not None:
        html = renderer().render_page(
            reason, context=context, restart=_next_step(house, journey, reason, browser_digest)
        )
        answer.status_code = 410
    else:
        html = renderer().render_screen(_screen(house, challenge, journey), context=context)
    answer.set_data(html)
    allow_form_target(answer, *ways_back(house, journey))
    return answer


@blueprint.post("/link/<secret>")
def press(secret: str) -> Response:
    """Spend the link and go on in this browser."""
    house = services()
    found = _find(house, secret)
    if found is None:
        return show_unknown_link(house)
    challenge, journey = found
    answer = see_other(f"/journey/{journey.id}")
    browser_digest = keep_browser(house, answer)
    if not _is_ours(house, browser_digest, challenge):
        return show_lost(house, journey)
    reason = _lapsed(house, challenge, journey)
    if reason is not None:
        return _after_double_press(journey, reason, browser_digest) or see_other(f"/link/{secret}")
    try:
        house.flows.submit(_bound_here(house, journey, browser_digest), {"action": "open_link", "secret": secret})
    except Stale:
        moved = house.journeys.get(journey.id) or journey
        return _after_double_press(moved, "link_used", browser_digest) or see_other(f"/link/{secret}")
    return answer


def _find(house: Services, secret: str) -> tuple[Challenge, Journey] | None:
    challenge = house.challenges.find_link(house.digester.digest(LINK_PURPOSE, secret))
    journey = None if challenge is None else house.journeys.get(challenge.journey_id)
    return None if challenge is None or journey is None else (challenge, journey)


def _lapsed(house: Services, challenge: Challenge, journey: Journey) -> str | None:
    """The page that says why a link is over, or None while it is good."""
    if challenge.spent_at is not None or journey.outcome is not None:
        return "link_used"
    if challenge.replaced_at is not None:
        return "link_replaced"
    now = house.clock.now()
    if now >= challenge.expires_at or not _still_waits(journey, challenge):
        return "link_expired"
    return None


def _still_waits(journey: Journey, challenge: Challenge) -> bool:
    """The person may have gone back to another address since."""
    local = state_from_json(journey.state).here.local
    return local is not None and local.get("challenge_id") == challenge.id and challenge.matches is not False


def _bound_here(house: Services, journey: Journey, browser_digest: str) -> Journey:
    """The journey as it goes on in this browser, with time for the form."""
    life = house.clock.now() + house.site.form_life
    if browser_digest == journey.browser_digest:
        return replace(journey, expires_at=max(life, journey.expires_at))
    facts = journey.state["request"]
    asked = {**(facts if isinstance(facts, Mapping) else {}), ASKED_BY: journey.browser_digest}
    return replace(
        journey,
        browser_digest=browser_digest,
        interaction_id=None,
        session_id=None,
        expires_at=life,
        state={**journey.state, "request": asked},
    )


def _next_step(house: Services, journey: Journey, reason: str, browser_digest: str) -> str | None:
    """In the browser where it goes on the way leads to where the person is; otherwise to a new start."""
    if reason == "link_used" and journey.browser_digest == browser_digest and journey.outcome is None:
        return f"/journey/{journey.id}"
    return restart_url(house, journey)


def _after_double_press(journey: Journey, reason: str, browser_digest: str) -> Response | None:
    """A second press in the browser where the first one counted leads to where the person is."""
    if reason != "link_used" or journey.browser_digest != browser_digest:
        return None
    return see_other(f"/journey/{journey.id}?moved=1")


def _screen(house: Services, challenge: Challenge, journey: Journey) -> Screen:
    address = Shown(name="sent_to", value=mask_address(challenge.address), labels={}, type=FieldType.EMAIL)
    return Screen(
        kind=ScreenKind.LINK,
        page="open_link",
        flow=journey.flow,
        shown=(address,),
        buttons=(Button(action="continue", text="open_link", style="primary"),),
        progress=house.flows.road(journey, "mail_sent"),
    )


def _is_ours(house: Services, browser_digest: str, challenge: Challenge) -> bool:
    return is_own_form(
        house.digester,
        browser_digest,
        challenge.id,
        token=request.form.get("_csrf", ""),
        origin=request.headers.get("Origin"),
        issuer=house.site.issuer,
    )
