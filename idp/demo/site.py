"""What every sample application shares: the look, the language, the headers, the forms' tokens, the error pages.

Knows no OpenID Connect. Each application is a Flask application of its own, with its own cookies named after it.
"""

from __future__ import annotations

import hmac
import json
import time
from http import HTTPStatus
from typing import Any

import requests
from authlib.common.security import generate_token
from flask import Flask, Response, abort, g, redirect, render_template, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from idp.demo.addresses import OFFSETS, Addresses

LOCALES = ("ja", "en")
TITLES = {
    "portal": ("univcoop マイポータル", "univcoop My Portal"),
    "guide": ("大学生協アプリ(公式)のご案内", "Guide to the University Co-op App"),
    "app": ("大学生協アプリ(公式)", "University Co-op App"),
    "wallet": ("大学生協電子マネー", "University Co-op e-money"),
    "registry": ("組合員名簿(見本)", "Member registry (sample)"),
    "trial": ("トライアル", "Trial"),
}
YEAR_SECONDS = 365 * 86400
MAX_FORM_BYTES = 64 * 1024
RETRY_SECONDS = 5
JAPAN_SECONDS = 9 * 3600


class SampleSite:
    """One sample application without any page of its own yet. `flask` is the WSGI application."""

    def __init__(self, name: str, addresses: Addresses) -> None:
        self.name = name
        self.addresses = addresses
        self.flask = Flask("idp.demo")
        self.flask.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
        self.flask.jinja_env.trim_blocks = True
        self.flask.jinja_env.lstrip_blocks = True
        self.flask.before_request(self._go_to_own_address)
        self.flask.before_request(self._choose_locale)
        self.flask.after_request(self._finish)
        self.flask.context_processor(self._words)
        self.flask.register_error_handler(HTTPException, self._show_http_error)
        self.flask.register_error_handler(requests.RequestException, self._show_provider_down)
        self.flask.add_url_rule("/healthz", "healthz", _healthz)

    @property
    def locale(self) -> str:
        """The language of this answer."""
        return str(g.locale)

    @property
    def usual_locale(self) -> str:
        """The language of whoever has not chosen one."""
        return LOCALES[0]

    def show(self, page: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
        """A page out of this application's own folder of templates."""
        return Response(render_template(f"{self.name}/{page}.html", **values), status=status, mimetype="text/html")

    def show_error(self, error: str, status: int) -> Response:
        """The error page, its code in `data-error`."""
        return Response(render_template("error.html", error=error), status=status, mimetype="text/html")

    def home(self) -> AnyResponse:
        """Off to the home page."""
        return redirect("/", HTTPStatus.SEE_OTHER)

    def check_form(self) -> None:
        """Refuse (400) a POST that did not come from this application's own page."""
        expected = str(session.get("csrf", ""))
        sent = request.form.get("_csrf", "")
        is_own = request.headers.get("Origin") in (None, self.addresses.own)
        if not (is_own and expected and hmac.compare_digest(sent.encode(), expected.encode())):
            abort(HTTPStatus.BAD_REQUEST)

    def _go_to_own_address(self) -> AnyResponse | None:
        # Cookies belong to a host name: a page opened as 127.0.0.1 would lose them at the callback.
        is_own = request.host == f"localhost:{self.addresses.port}"
        if is_own or request.method not in ("GET", "HEAD") or request.endpoint in ("healthz", "static"):
            return None
        return redirect(self.addresses.own + request.full_path.rstrip("?"), HTTPStatus.TEMPORARY_REDIRECT)

    def _choose_locale(self) -> None:
        wanted = [tag.split("-")[0].lower() for tag in request.args.get("ui_locales", "").split()]
        g.chosen_locale = next((tag for tag in wanted if tag in LOCALES), None)
        kept = request.cookies.get(f"{self.name}_locale", "")
        g.locale = g.chosen_locale or (kept if kept in LOCALES else self.usual_locale)

    def _finish(self, response: Response) -> Response:
        if g.get("chosen_locale"):
            cookie = f"{self.name}_locale"
            response.set_cookie(cookie, g.chosen_locale, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
        neighbours = " ".join(self.addresses.of(name) for name in ("portal", "wallet"))
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self' {self.addresses.issuer_origin} {neighbours}"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    def _words(self) -> dict[str, Any]:
        """What every template may use; `t` picks between its Japanese and its English text."""
        is_japanese = g.get("locale", LOCALES[0]) == "ja"
        return {
            "t": lambda japanese, english: japanese if is_japanese else english,
            "is_japanese": is_japanese,
            "lang": "ja" if is_japanese else "en",
            "frame": f"{self.name}/frame.html",
            "sample": self.name,
            "site_title": TITLES[self.name][0 if is_japanese else 1],
            "issuer": self.addresses.issuer,
            "at": {name: self.addresses.of(name) for name in OFFSETS},
            "csrf_token": csrf_token,
            "as_text": as_text,
            "as_time": as_time,
            "here": request.path if request.method == "GET" and request.path != "/callback" else "/",
        }

    def _show_http_error(self, problem: HTTPException) -> Response:
        status = problem.code or HTTPStatus.INTERNAL_SERVER_ERROR
        return self.show_error(HTTPStatus(status).name.lower(), status)

    def _show_provider_down(self, problem: requests.RequestException) -> Response:
        self.flask.logger.warning("the provider did not answer: %s", type(problem).__name__)
        response = self.show_error("provider_unavailable", HTTPStatus.SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response


def as_text(value: object) -> str:
    """A claim's value as text: lists and objects as JSON, the rest as JSON writes it, text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def as_time(seconds: object) -> str:
    """A NumericDate as a clock in Japan shows it, in the language of the page."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return ""
    clock = time.gmtime(seconds + JAPAN_SECONDS)
    if g.locale == "ja":
        return f"{clock.tm_year}年{clock.tm_mon}月{clock.tm_mday}日 {clock.tm_hour}:{clock.tm_min:02}"
    return time.strftime("%Y-%m-%d %H:%M JST", clock)


def csrf_token() -> str:
    """The token that this session's forms carry."""
    return str(session.setdefault("csrf", generate_token(32)))


def _healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")
