"""A sample application that people sign in to: its session and the routes that every relying party has.

Owns /login, /callback, /logout and, for server-side applications, /backchannel-logout. What the pages say is the
application's own.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from idp.demo.addresses import Addresses
from idp.demo.logout_token import LogoutTokenRefused, LogoutTokens
from idp.demo.relying_party import CALLBACK, DoublePress, Registration, RelyingParty, SignIn, SignInFailed
from idp.demo.sessions import BrowserSession, ServerSessions, SessionStore, current_session
from idp.demo.site import SampleSite, csrf_token

PERSON = "person"
ID_TOKEN = "id_token"
NOTICE = "notice"
SESSION_SECONDS = 8 * 3600.0


class SampleClient(SampleSite):
    """A site with a session. `store` keeps it; `lasting` seconds make its cookie outlive the browser."""

    kept_at_sign_out: tuple[str, ...] = ()

    def __init__(
        self,
        name: str,
        addresses: Addresses,
        registration: Registration,
        *,
        store: SessionStore | None = None,
        lasting: int | None = None,
    ) -> None:
        super().__init__(name, addresses)
        self.registration = registration
        self.store = store or SessionStore(life=SESSION_SECONDS)
        self.sessions = ServerSessions(self.store, cookie=f"{name}_session", lasting=lasting)
        self.flask.session_interface = self.sessions
        self.relying_party = RelyingParty(self, registration)
        self.flask.register_error_handler(SignInFailed, self._show_failure)
        self.flask.add_url_rule("/login", "login", self.login)
        self.flask.add_url_rule(CALLBACK, "callback", self.callback)
        self.flask.add_url_rule("/logout", "logout", self.logout, methods=["POST"])

    @property
    def person(self) -> dict[str, Any] | None:
        """The verified claims of whoever is signed in here."""
        claims = session.get(PERSON)
        return claims if isinstance(claims, dict) else None

    def take_notice(self) -> str | None:
        """What the next page has to say first, once. Tabs opened from that page share its session."""
        csrf_token()
        if self.relying_party.is_back_from_logout():
            return "signed_out"
        notice = session.pop(NOTICE, None)
        return notice if isinstance(notice, str) else None

    def login(self) -> AnyResponse:
        """Begin a login attempt."""
        with current_session().lock:
            return self.relying_party.login(self.locale)

    def callback(self) -> AnyResponse:
        """Take the provider's answer; the session moves to a new key."""
        browser = current_session()
        with browser.lock:
            try:
                sign_in = self.relying_party.finish()
            except DoublePress:
                return self.home() if self.person else redirect("/login", HTTPStatus.SEE_OTHER)
            except SignInFailed as failure:
                if failure.code == "state_unknown" and self.person:
                    return self.home()
                raise
            self.remember(browser, sign_in)
            self.sessions.rotate(browser)
        return self.home()

    def logout(self) -> AnyResponse:
        """Sign out here, then at the provider."""
        self.check_form()
        browser = current_session()
        with browser.lock:
            id_token = str(browser.get(ID_TOKEN, ""))
            self.forget(browser)
            return self.relying_party.logout(id_token, self.locale) if id_token else self.home()

    def remember(self, browser: BrowserSession, sign_in: SignIn) -> None:
        """Keep who signed in. Applications that keep more, say so."""
        browser[PERSON] = dict(sign_in.claims)
        browser[ID_TOKEN] = sign_in.tokens["id_token"]

    def forget(self, browser: BrowserSession) -> None:
        """End the session but for what outlives a sign-out."""
        for key in set(browser) - set(self.kept_at_sign_out):
            browser.pop(key, None)

    def receive_backchannel_logout(self) -> None:
        """Open /backchannel-logout (Back-Channel Logout §2.5)."""
        tokens = LogoutTokens(
            self.relying_party.client,
            expected_issuer=self.addresses.issuer,
            expected_audience=self.registration.client_id,
        )

        def view() -> tuple[Response, int] | Response:
            try:
                notice = tokens.accept(request.form.get("logout_token", ""))
            except LogoutTokenRefused as refusal:
                # §2.8: 400 with a reason the provider's operator can read.
                return jsonify(error="invalid_request", error_description=f"refused: {refusal}"), HTTPStatus.BAD_REQUEST
            self.store.change_where(lambda one: notice.is_about(one.get(PERSON) or {}), self._end_from_outside)
            return Response(status=HTTPStatus.OK)

        self.flask.add_url_rule("/backchannel-logout", "backchannel_logout", view, methods=["POST"])

    def _end_from_outside(self, browser: BrowserSession) -> None:
        self.forget(browser)
        browser[NOTICE] = "signed_out_elsewhere"

    def _show_failure(self, failure: SignInFailed) -> Response:
        is_own_choice = failure.code == "access_denied"
        return self.show_error(failure.code, HTTPStatus.OK if is_own_choice else HTTPStatus.BAD_REQUEST)
