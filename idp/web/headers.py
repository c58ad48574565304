"""What every answer carries, what no request may exceed, and who may read answers across origins.

Content Security Policy Level 3, RFC 6797 §6.1 (HSTS), Fetch §3.2 (CORS), RFC 9110 §15.5.14 and §15.5.15.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge, UnsupportedMediaType
from werkzeug.wrappers import Response

from idp.domain.ports import StoreUnavailable
from idp.protocol.parameters import MAX_FIELDS
from idp.protocol.redirect_uri import form_action_source, origin_of
from idp.web.context import LOCALE_COOKIE, keep_body, services, wished_locale
from idp.web.cookies import cookie_name, is_plain_http, put_cookie

MAX_BODY = 64 * 1024
MAX_URL = 8 * 1024
FORM = "application/x-www-form-urlencoded"
CROSS_ORIGIN_PATHS = frozenset(
    {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/jwks",
        "/token",
        "/userinfo",
        "/revoke",
    }
)
_LANGUAGE_LIFE = 365 * 24 * 3600  # seconds
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; font-src 'self'; "
    "form-action 'self'{target}; frame-ancestors 'none'; base-uri 'none'"
)


def install(app: Flask) -> None:
    """Check every request and complete every answer of the application."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.before_request(check_size)
    app.before_request(answer_preflight)
    app.after_request(complete)


def allow_form_target(answer: Response, *uris: str | None) -> None:
    """Let the forms of a page end at `uris` too: Chromium applies `form-action` to the redirect after a POST."""
    target = "".join(f" {source}" for source in dict.fromkeys(form_action_source(uri) for uri in uris if uri))
    answer.headers["Content-Security-Policy"] = _POLICY.format(target=target)


def check_size() -> None:
    """Refuse what is too long, has too many fields, or is no form. Raises HTTPException."""
    if len(request.path) + len(request.query_string) > MAX_URL:
        raise RequestURITooLarge
    if request.query_string.count(b"&") >= MAX_FIELDS:
        raise RequestEntityTooLarge
    if request.method != "POST":
        return
    body = request.get_data(cache=True)
    # A body without a length is cut off at the limit without a word, so one that reaches it was longer.
    if len(body) >= MAX_BODY or body.count(b"&") >= MAX_FIELDS:
        raise RequestEntityTooLarge
    if body and request.mimetype != FORM:
        raise UnsupportedMediaType
    keep_body(body)


def answer_preflight() -> Response | None:
    """The answer to a CORS preflight; `complete` adds who may."""
    if request.method != "OPTIONS" or request.path not in CROSS_ORIGIN_PATHS:
        return None
    answer = Response(status=204)
    if _is_known_origin():
        answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
        answer.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        answer.headers["Access-Control-Max-Age"] = "600"
    return answer


def complete(answer: Response) -> Response:
    """Put the headers on that are the same everywhere."""
    headers = answer.headers
    headers.setdefault("Content-Security-Policy", _POLICY.format(target=""))
    headers.setdefault("Cache-Control", "no-store")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    if not is_plain_http(services().site):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.path in CROSS_ORIGIN_PATHS:
        _open_to_clients(answer)
    else:
        _keep_language(answer)
    return answer


def _open_to_clients(answer: Response) -> None:
    answer.vary.add("Origin")
    if _is_known_origin():
        answer.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
        answer.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"


def _is_known_origin() -> bool:
    """True for the origin of a registered redirect URI; `null` is nobody's."""
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        clients = services().clients.all()
    except StoreUnavailable:
        return False  # the answer that says so must not fail as well
    return any(origin == origin_of(uri) for client in clients for uri in client.redirect_uris)


def _keep_language(answer: Response) -> None:
    """A language that was asked for by `ui_locales` stays for the pages that follow."""
    wished = wished_locale()
    site = services().site
    if wished is not None and request.cookies.get(cookie_name(site, LOCALE_COOKIE)) != wished:
        put_cookie(answer, site, LOCALE_COOKIE, wished, max_age=_LANGUAGE_LIFE)
