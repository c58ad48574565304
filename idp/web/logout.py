"""/logout: signing out, asked for by a client or by the person.

With an ID token of this very session nobody is asked; otherwise a page asks first. Only then, and only to a registered
address, the browser goes back. OpenID Connect RP-Initiated Logout §2, §3, §4 and §6.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from idp.domain.client import Client
from idp.domain.session import Session
from idp.protocol.answer import build_redirect
from idp.protocol.errors import ErrorCode, PageError
from idp.protocol.logout import LogoutRequest, parse_logout
from idp.protocol.parameters import MalformedParameters, Parameters
from idp.services import Services
from idp.web.browser import browser_digest, keep_browser, lost_on_the_way
from idp.web.browser_session import drop_session, end_session, load_session
from idp.web.context import (
    body_parameters,
    query_parameters,
    renderer,
    request_locale,
    services,
)
from idp.web.csrf import is_own_form, make_csrf
from idp.web.headers import MAX_URL, allow_form_target
from idp.web.pages.context import PageContext
from idp.web.redirects import see_other

blueprint = Blueprint("logout", __name__)
SIGN_OUT = "sign_out"
_KEPT = ("client_id", "post_logout_redirect_uri", "state", "ui_locales")


@blueprint.route("/logout", methods=["GET", "POST"])
def logout() -> Response:
    """Sign out, or ask whether to."""
    house, params = services(), _read_parameters()
    url = f"/logout?{urlencode(params.pairs)}"
    if lost_on_the_way(house) and len(url) <= MAX_URL:
        return see_other(url)
    asked = parse_logout(
        params, find_client=house.clients.get, all_clients=house.clients.all, read_hint=house.oauth.read_hint
    )
    session = load_session(house)
    if session is None:
        return _leave(house, asked, is_legitimate=asked.hint is not None)
    if asked.is_about(session) and not asked.is_target_refused:
        return _sign_out(house, asked, session)
    if request.method == "POST" and _is_confirmed(house, params):
        stays = params.get("action") != SIGN_OUT
        return _stay(house, asked, session) if stays else _sign_out(house, asked, session)
    return _ask(house, asked, session, params)


def _read_parameters() -> Parameters:
    try:
        return body_parameters() if request.method == "POST" else query_parameters()
    except MalformedParameters as error:
        raise PageError(ErrorCode.INVALID_REQUEST, detail=str(error)) from None


def _is_confirmed(house: Services, params: Parameters) -> bool:
    """True for the form of our own page."""
    digest = browser_digest(house)
    token = params.get("_csrf")
    if digest is None or token is None:
        return False
    origin = request.headers.get("Origin")
    return is_own_form(house.digester, digest, SIGN_OUT, token=token, origin=origin, issuer=house.site.issuer)


def _sign_out(house: Services, asked: LogoutRequest, session: Session) -> Response:
    with house.transactions.unit():
        end_session(house, session)
    answer = _leave(house, asked, is_legitimate=True)
    drop_session(house, answer)
    return answer


def _leave(house: Services, asked: LogoutRequest, *, is_legitimate: bool) -> Response:
    """Back to the client, when it may be (§3); else a page that says that it is done."""
    if asked.target is not None and is_legitimate:
        state = () if asked.state is None else (("state", asked.state),)
        return see_other(build_redirect(asked.target, state))
    html = renderer().render_page("signed_out", context=_context(house, asked.client), restart=None)
    return Response(html, mimetype="text/html")


def _stay(house: Services, asked: LogoutRequest, session: Session) -> Response:
    """The person would rather not: home to the client that asked, or to one of the session."""
    ids = [asked.client.id] if asked.client is not None else house.sessions.clients(session.id)
    homes = [client.home_uri for client in map(house.clients.get, ids) if client is not None]
    return see_other(homes[0] if homes else "/logout")


def _ask(house: Services, asked: LogoutRequest, session: Session, params: Parameters) -> Response:
    """The page with the button (§6)."""
    page = Response(mimetype="text/html")
    digest = keep_browser(house, page)
    csrf = make_csrf(house.digester, digest, SIGN_OUT)
    hidden = {name: value for name in _KEPT if (value := params.get(name)) is not None}
    if asked.client is not None:
        hidden["client_id"] = asked.client.id
    subject = house.subjects.get(session.subject_id)
    account = None if subject is None else subject.email
    context = _context(house, asked.client, csrf=csrf, hidden=hidden, account=account)
    page.set_data(renderer().render_page(SIGN_OUT, context=context))
    allow_form_target(page, asked.target or (None if asked.client is None else asked.client.home_uri))
    return page


def _context(
    house: Services,
    client: Client | None,
    *,
    csrf: str = "",
    hidden: Mapping[str, str] | None = None,
    account: str | None = None,
) -> PageContext:
    url = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return PageContext(
        locale=request_locale(),
        url=url,
        now=house.clock.now(),
        csrf=csrf,
        client=client,
        hidden=hidden or {},
        account=account,
    )
