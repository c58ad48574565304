"""/token, /revoke and /introspect: forms in, JSON out, one transaction each.

RFC 6749 §3.2, §5.1 and §5.2, RFC 7009 §2, RFC 7662 §2.
"""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.oauth.request import INTROSPECTION, REVOCATION, TOKEN, EndpointCall
from idp.protocol.errors import ErrorCode, TokenError
from idp.protocol.parameters import MalformedParameters
from idp.web.context import body_parameters, services
from idp.web.errors import json_answer
from idp.web.transaction import run_in_unit

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def token() -> Response:
    """Tokens for a code, a refresh token or the client itself."""
    house, call = services(), read_call(TOKEN)
    return json_answer(run_in_unit(house.transactions, lambda: house.oauth.answer_token(call)))


@blueprint.post("/revoke")
def revoke() -> Response:
    """Revoke a token; what was not known is revoked already."""
    house, call = services(), read_call(REVOCATION)
    run_in_unit(house.transactions, lambda: house.oauth.revoke(call))
    return json_answer({})


@blueprint.post("/introspect")
def introspect() -> Response:
    """What a token is worth."""
    house, call = services(), read_call(INTROSPECTION)
    return json_answer(run_in_unit(house.transactions, lambda: house.oauth.introspect(call)))


def read_call(endpoint: str) -> EndpointCall:
    """The call in this request: parameters from the body only. Raises TokenError."""
    try:
        params = body_parameters()
    except MalformedParameters as error:
        raise TokenError(ErrorCode.INVALID_REQUEST, detail=str(error)) from None
    # Inside a transaction the client store remembers nothing it reads, so it is asked once before.
    services().clients.get(params.get("client_id") or "")
    return EndpointCall(endpoint=endpoint, params=params, authorization=request.headers.get("Authorization"))
