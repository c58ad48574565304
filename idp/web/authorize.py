"""/authorize: parse, check, decide. The decision is carried out in `next_hop`.

OpenID Connect Core §3.1.2.1, RFC 6749 §3.1 and §4.1.1.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.protocol.errors import ErrorCode, PageError
from idp.protocol.parameters import MalformedParameters, Parameters
from idp.web.browser import lost_on_the_way
from idp.web.context import body_parameters, query_parameters, services
from idp.web.headers import MAX_URL
from idp.web.next_hop import answer_request
from idp.web.redirects import see_other

blueprint = Blueprint("authorize", __name__)


@blueprint.route("/authorize", methods=["GET", "POST"])
def authorize() -> Response:
    """Answer an authorization request, or begin to ask the person."""
    house, params = services(), read_parameters()
    asked, client = house.oauth.validate_authorization(params)
    url = f"/authorize?{urlencode(params.pairs)}"
    if lost_on_the_way(house) and len(url) <= MAX_URL:
        return see_other(url)
    return answer_request(house, asked, client)


def read_parameters() -> Parameters:
    """The parameters of a GET or a POST, from the one place where they belong. Raises PageError."""
    try:
        return query_parameters() if request.method != "POST" else body_parameters()
    except MalformedParameters as error:
        raise PageError(ErrorCode.INVALID_REQUEST, detail=str(error)) from None
