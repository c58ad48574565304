"""大学生協アプリ(公式): a web page that plays the native app, the public client `app`.

Owns the app's stay signed in: its tokens live with the browser's cookie (the "phone"), are refreshed with rotation
when a page is opened and the access token has run out, and the new refresh token is on the disk before it is used.
"""

from __future__ import annotations

import time
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
from flask import Flask, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from idp.demo.addresses import Addresses
from idp.demo.client import ID_TOKEN, NOTICE, PERSON, SampleClient
from idp.demo.relying_party import Registration, SignIn, SignInFailed
from idp.demo.sessions import BrowserSession, SessionStore, current_session

REGISTRATION = Registration(client_id="app", scopes=("openid", "profile", "email", "offline_access"))
PHONE_SECONDS = 180 * 86400
EARLY_SECONDS = 30
TOKENS = "tokens"
ASKED = "asked"
REFRESHES = "refreshes"
REFRESHED_AT = "refreshed_at"


class Freshness(StrEnum):
    """How the tokens stand after a page was opened."""

    FRESH = "fresh"
    STALE = "stale"  # the provider cannot be reached: what is known is shown
    ENDED = "ended"  # the provider takes the refresh token no longer


class PhoneApp(SampleClient):
    """The app on one "phone" per browser."""

    kept_at_sign_out = (ASKED,)

    def remember(self, browser: BrowserSession, sign_in: SignIn) -> None:
        """Keep the tokens as well."""
        super().remember(browser, sign_in)
        browser[TOKENS] = _kept(sign_in.tokens)
        browser[REFRESHES] = 0
        browser[REFRESHED_AT] = int(time.time())

    def keep_fresh(self, *, force: bool = False) -> Freshness:
        """Refresh when the access token has run out (or at once). Two tabs refresh once."""
        browser = current_session()
        with browser.lock:
            tokens = browser.get(TOKENS)
            if not isinstance(tokens, dict):
                return Freshness.ENDED
            if not force and tokens["expires_at"] - EARLY_SECONDS > time.time():
                return Freshness.FRESH
            try:
                self._refresh(browser, tokens)
            except requests.RequestException:
                return Freshness.STALE
            except SignInFailed as failure:
                # RFC 6749 §5.2: invalid_grant is the one answer that ends the sign-in; others may pass.
                return self._end(browser) if failure.code == "invalid_grant" else Freshness.STALE
        return Freshness.FRESH

    def logout(self) -> AnyResponse:
        """Take the refresh token back, then sign out as every client does."""
        self.check_form()
        tokens = session.get(TOKENS) or {}
        if "refresh_token" in tokens:
            try:
                self.relying_party.revoke(tokens["refresh_token"])
            except (requests.RequestException, SignInFailed):
                self.flask.logger.warning("the refresh token could not be revoked at sign-out")
        return super().logout()

    def _refresh(self, browser: BrowserSession, tokens: dict[str, Any]) -> None:
        answer = self.relying_party.refresh(tokens["refresh_token"])
        browser[TOKENS] = tokens | _kept(answer)
        browser[REFRESHES] = int(browser.get(REFRESHES, 0)) + 1
        browser[REFRESHED_AT] = int(time.time())
        self.store.save(browser)
        known = dict(browser[PERSON])
        if "id_token" in answer:
            fresh = self.relying_party.check_id_token(answer)
            # OpenID Connect Core §12.2: the same person as before.
            if fresh["sub"] != known["sub"]:
                raise SignInFailed("sub_mismatch")
            known, browser[ID_TOKEN] = fresh, answer["id_token"]
        browser[PERSON] = self.relying_party.person(known, answer)

    def _end(self, browser: BrowserSession) -> Freshness:
        self.forget(browser)
        browser[NOTICE] = "session_ended"
        return Freshness.ENDED


def create_app(addresses: Addresses, state: Path | None = None) -> Flask:
    """The app as a WSGI application; `state` is the file that survives a restart of the process."""
    app = PhoneApp(
        "app",
        addresses,
        REGISTRATION,
        store=SessionStore(life=PHONE_SECONDS, path=state),
        lasting=PHONE_SECONDS,
    )
    app.flask.add_url_rule("/", "home", lambda: _home(app))
    app.flask.add_url_rule("/card", "card", lambda: _card(app))
    app.flask.add_url_rule("/emoney", "emoney", lambda: _answer_emoney(app), methods=["POST"])
    app.flask.add_url_rule("/refresh", "refresh", lambda: _refresh_now(app), methods=["POST"])
    for page in ("help", "privacy"):
        app.flask.add_url_rule(f"/{page}", page, lambda page=page: app.show(page))
    return app.flask


def _home(app: PhoneApp) -> AnyResponse:
    if app.person is None:
        return app.show("welcome", notice=app.take_notice())
    is_asked = app.person["sub"] in session.get(ASKED, {})
    return _open(app, "card" if is_asked else "question")


def _card(app: PhoneApp) -> AnyResponse:
    return app.home() if app.person is None else _open(app, "card")


def _open(app: PhoneApp, page: str) -> AnyResponse:
    freshness = app.keep_fresh()
    person = app.person
    if person is None:
        return app.home()
    return app.show(
        page,
        claims=person,
        is_member="member_number" in person,
        has_wallet=session.get(ASKED, {}).get(person["sub"]) == "yes",
        refreshes=session.get(REFRESHES, 0),
        refreshed_at=session.get(REFRESHED_AT),
        notice="provider_away" if freshness is Freshness.STALE else app.take_notice(),
    )


def _answer_emoney(app: PhoneApp) -> AnyResponse:
    app.check_form()
    if app.person is None:
        return app.home()
    is_yes = request.form.get("answer") == "yes"
    session[ASKED] = {**session.get(ASKED, {}), app.person["sub"]: "yes" if is_yes else "no"}
    return redirect(f"{app.addresses.of('wallet')}/login" if is_yes else "/card", HTTPStatus.SEE_OTHER)


def _refresh_now(app: PhoneApp) -> AnyResponse:
    app.check_form()
    match app.keep_fresh(force=True):
        case Freshness.FRESH:
            session[NOTICE] = "refreshed"
        case Freshness.STALE:
            session[NOTICE] = "provider_away"
        case Freshness.ENDED:
            return app.home()
    return redirect("/card", HTTPStatus.SEE_OTHER)


def _kept(tokens: Any) -> dict[str, Any]:
    names = ("access_token", "refresh_token", "expires_at")
    return {"expires_at": int(time.time())} | {name: tokens[name] for name in names if name in tokens}
