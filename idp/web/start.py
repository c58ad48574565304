"""/start/<flow>: a journey without an authorization request, begun by a link on a client's site."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.domain.client import Client
from idp.protocol.errors import ErrorCode, PageError
from idp.services import Services
from idp.web.browser import keep_browser
from idp.web.browser_session import load_session
from idp.web.context import request_locale, services
from idp.web.journeys import begin
from idp.web.redirects import see_other

blueprint = Blueprint("start", __name__)


@blueprint.get("/start/<flow>")
def start(flow: str) -> Response:
    """Begin the flow for a client that may start it; `return_to` has to be one of its registered addresses."""
    house = services()
    client = _client(house)
    if flow not in client.starts:
        raise PageError(ErrorCode.INVALID_REQUEST, parameter="flow", client_id=client.id, detail=flow)
    return_to = _return_to(client)
    answer = see_other("/")
    browser_digest = keep_browser(house, answer)
    journey_id = begin(
        house,
        flow=flow,
        reason="start",
        client=client,
        interaction=None,
        return_to=return_to,
        session=load_session(house),
        browser_digest=browser_digest,
        locale=request_locale(),
        wanted_acr=client.min_acr,
        scopes=(),
        login_hint=None,
    )
    answer.headers["Location"] = f"/journey/{journey_id}"
    return answer


def _client(house: Services) -> Client:
    client_id = _only("client_id")
    client = house.clients.get(client_id) if client_id else None
    if client is None:
        raise PageError(ErrorCode.INVALID_REQUEST, parameter="client_id", detail=str(client_id))
    return client


def _return_to(client: Client) -> str | None:
    return_to = _only("return_to")
    if return_to is not None and return_to not in client.return_uris:
        raise PageError(ErrorCode.INVALID_REQUEST, parameter="return_to", client_id=client.id, detail=return_to)
    return return_to


def _only(name: str) -> str | None:
    values = request.args.getlist(name)
    if len(values) > 1:
        raise PageError(ErrorCode.INVALID_REQUEST, parameter=name, detail="repeated")
    return values[0] if values else None
