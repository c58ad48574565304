"""Where a finished journey leads: back to the waiting authorization request, or to the site the person came from."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response

from idp.domain.journey import Journey
from idp.flows.outcome import Authenticated, Outcome
from idp.services import Services
from idp.web.browser_session import apply_outcome
from idp.web.redirects import see_other


def finish(house: Services, journey: Journey, outcome: Outcome) -> Response:
    """The redirect; for a journey without an authorization request its session begins here."""
    if journey.interaction_id is not None:
        return see_other(f"/authorize/resume?{urlencode({'interaction': journey.interaction_id})}")
    client = house.clients.get(journey.client_id)
    way_back = journey.return_to or (client.home_uri if client is not None else "/")
    answer = see_other(way_back)
    if isinstance(outcome, Authenticated):
        with house.transactions.unit():
            apply_outcome(house, journey, outcome, answer)
            house.subjects.record_sign_in(outcome.subject_id, journey.client_id, house.clock.now())
    return answer
