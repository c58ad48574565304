"""/userinfo: the token from the header or from a form, never from the address.

OpenID Connect Core §5.3, RFC 6750 §2 and §3.
"""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.protocol.errors import BearerError, ErrorCode
from idp.protocol.parameters import MalformedParameters
from idp.web.context import body_parameters, services
from idp.web.errors import json_answer

blueprint = Blueprint("userinfo", __name__)
_MAX_TOKEN = 4096


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Claims about the person the token stands for."""
    return json_answer(services().oauth.userinfo(read_token()))


def read_token() -> str:
    """The one bearer token of the request. Raises BearerError."""
    found = [*_from_header(), *_from_body()]
    if not found:
        raise BearerError(ErrorCode.INVALID_TOKEN, has_token=False, detail="no token")
    if len(found) > 1:
        # RFC 6750 §2: not more than one way to send it.
        raise BearerError(ErrorCode.INVALID_REQUEST, detail="more than one token")
    if len(found[0]) > _MAX_TOKEN:
        raise BearerError(ErrorCode.INVALID_TOKEN, detail="too long")
    return found[0]


def _from_header() -> list[str]:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return [token.strip()] if scheme.lower() == "bearer" else []


def _from_body() -> list[str]:
    if request.method != "POST":
        return []
    try:
        return list(body_parameters().values("access_token"))
    except MalformedParameters as error:
        raise BearerError(ErrorCode.INVALID_REQUEST, detail=str(error)) from None
