"""Sending the answer to an authorization request: one place for codes and errors, by redirect or by form.

RFC 6749 §4.1.2, RFC 9207 §2, OAuth 2.0 Form Post Response Mode §2.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import request
from werkzeug.wrappers import Response

from idp.domain.authorization import AuthorizationRequest, ResponseMode
from idp.protocol.answer import build_answer, build_redirect
from idp.protocol.errors import ReturnAddress
from idp.web.context import renderer, request_locale, services
from idp.web.headers import allow_form_target
from idp.web.pages.context import PageContext
from idp.web.redirects import see_other


def return_address(asked: AuthorizationRequest) -> ReturnAddress:
    """Where the answer to a checked request goes."""
    return ReturnAddress(
        client_id=asked.client_id, redirect_uri=asked.redirect_uri, state=asked.state, mode=asked.response_mode
    )


def send_answer(body: Iterable[tuple[str, str]], back: ReturnAddress) -> Response:
    """The redirect to the client, or the page whose form posts to it."""
    house = services()
    answer = build_answer(body, back, issuer=house.site.issuer)
    if back.mode is ResponseMode.QUERY:
        return see_other(build_redirect(back.redirect_uri, answer))
    context = PageContext(
        locale=request_locale(), url=request.path, now=house.clock.now(), client=house.clients.get(back.client_id)
    )
    html = renderer().render_page("form_post", context=context, action=back.redirect_uri, fields=dict(answer))
    page = Response(html, mimetype="text/html")
    allow_form_target(page, back.redirect_uri)
    return page
