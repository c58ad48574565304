"""Where a finished journey leads: back to the waiting authorization request, or to the site the person came from."""

from __future__ import annotations

from urllib.parse import urlencode

from werkzeug.wrappers import Response

from idp.domain.journey import Journey
from idp.flows.outcome import Authenticated, Declined, Outcome
from idp.services import Services
from idp.web.browser_session import apply_outcome
from idp.web.redirects import see_other


def finish(house: Services, journey: Journey, outcome: Outcome) -> Response:
    """The redirect; for a journey without an authorization request its session begins here."""
    if journey.interaction_id is not None:
        return see_other(f"/authorize/resume?{urlencode({'interaction': journey.interaction_id})}")
    answer = see_other(_way_back(house, journey, outcome))
    if isinstance(outcome, Authenticated):
        with house.transactions.unit():
            if apply_outcome(house, journey, outcome, answer) is not None:
                house.subjects.record_sign_in(outcome.subject_id, journey.client_id, house.clock.now())
    return answer


def _way_back(house: Services, journey: Journey, outcome: Outcome) -> str:
    """Where the journey was to return to. It may mean "done": whoever gave up goes home instead."""
    client = house.clients.get(journey.client_id)
    home = None if client is None else client.home_uri
    wanted = (home, journey.return_to) if isinstance(outcome, Declined) else (journey.return_to, home)
    return next((address for address in wanted if address), "/")
