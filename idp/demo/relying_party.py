"""One OpenID Connect relying party on Authlib's Flask client: out to the provider, back, and the checks in between.

Owns login attempts, the checks of the answer that Authlib leaves to the application (issuer of the response,
issuer of the metadata, `sub` of UserInfo, `max_age`) and sign-out. Knows no page and keeps no session of its own.
OpenID Connect Core §3.1.2–3.1.3, §5.3; RFC 9207; RP-Initiated Logout §2.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import request, session
from joserfc.errors import JoseError
from werkzeug.wrappers import Response as AnyResponse

from idp.demo.addresses import Addresses
from idp.demo.sessions import USED
from idp.demo.site import SampleSite

CALLBACK = "/callback"
TIMEOUT_SECONDS = 10
METADATA_SECONDS = 30
LEEWAY_SECONDS = 60
MAX_ATTEMPTS = 12
PASSED_ON = ("acr_values", "prompt", "max_age", "login_hint", "ui_locales")
"""Parameters of /login that go into the authorization request as they are."""
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


class SignInFailed(Exception):
    """The answer of the provider is an error or cannot be trusted; `code` may be shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DoublePress(Exception):
    """The login attempt of this answer was used up a moment ago by the same browser."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A verified sign-in: the claims of ID token and UserInfo, and the tokens themselves."""

    claims: Mapping[str, Any]
    tokens: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How the provider knows this client. `scopes` are asked each time, `optional` only when /login is told to."""

    client_id: str
    secret: str | None = None
    scopes: tuple[str, ...]
    optional: tuple[str, ...] = field(default=("phone",))


class ProviderClient(FlaskOAuth2App):
    """Authlib's client that reads the provider's metadata anew after a while and compares its issuer."""

    issuer = ""
    server_metadata: dict[str, Any]

    def load_server_metadata(self) -> dict[str, Any]:
        """The metadata, at most METADATA_SECONDS old. Raises SignInFailed when it is another issuer's."""
        if self.server_metadata.get("_loaded_at", 0) < time.time() - METADATA_SECONDS:
            self.server_metadata = {}
        metadata: dict[str, Any] = super().load_server_metadata()
        # OpenID Connect Discovery §4.3: the issuer is the one the metadata was asked for.
        if metadata.get("issuer") != self.issuer:
            self.server_metadata = {}
            raise SignInFailed("issuer_mismatch")
        return metadata


class RelyingParty:
    """The OpenID Connect side of one sample application."""

    def __init__(self, site: SampleSite, registration: Registration) -> None:
        self._addresses: Addresses = site.addresses
        self._name = site.name
        self._registration = registration
        auth_method = "client_secret_basic" if registration.secret else "none"
        self._session_settings = {
            "token_endpoint_auth_method": auth_method,
            "revocation_endpoint_auth_method": auth_method,
            "default_timeout": TIMEOUT_SECONDS,
            # A proxy of the machine knows nothing of loopback addresses.
            "trust_env": urlsplit(self._addresses.issuer).hostname not in LOOPBACK_HOSTS,
        }
        self.client: ProviderClient = OAuth(site.flask).register(
            site.name,
            client_cls=ProviderClient,
            client_id=registration.client_id,
            client_secret=registration.secret,
            server_metadata_url=f"{self._addresses.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": " ".join(registration.scopes),
                "code_challenge_method": "S256",
                **self._session_settings,
            },
        )
        self.client.issuer = self._addresses.issuer

    def login(self, locale: str) -> AnyResponse:
        """Off to the provider, with state, nonce and PKCE verifier of this attempt alone."""
        wanted = {name: request.args[name] for name in PASSED_ON if name in request.args}
        asked = set(request.args.get("scope", "").split())
        extra = [scope for scope in self._registration.optional if scope in asked]
        parameters = {"ui_locales": locale} | wanted | {"scope": " ".join([*self._registration.scopes, *extra])}
        self._forget_old_attempts()
        response: AnyResponse = self.client.authorize_redirect(self._addresses.own + CALLBACK, **parameters)
        return response

    def finish(self) -> SignIn:
        """The verified sign-in this callback brings. Raises SignInFailed, DoublePress, requests.RequestException."""
        attempt = self._take_attempt(request.args.get("state", ""))
        self._check_response_issuer()
        if "error" in request.args:
            raise SignInFailed(_safe_code(request.args["error"]))
        if not request.args.get("code"):
            raise SignInFailed("invalid_response")
        tokens = self._redeem()
        claims = dict(tokens["userinfo"])
        self._check_max_age(claims, asked=_query_of(attempt["url"]).get("max_age"))
        return SignIn(claims=self.person(claims, tokens), tokens=tokens)

    def person(self, id_claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> dict[str, Any]:
        """UserInfo and ID token as one, the ID token winning. Raises SignInFailed, requests.RequestException."""
        # Only the access token goes along: with the refresh token Authlib would rotate it behind our back.
        bearer = {"access_token": tokens["access_token"], "token_type": "Bearer"}
        told = dict(self.client.userinfo(token=bearer))
        # OpenID Connect Core §5.3.2: an answer about somebody else must not be used.
        if told.get("sub") != id_claims["sub"]:
            raise SignInFailed("sub_mismatch")
        return told | dict(id_claims)

    def check_id_token(self, tokens: Mapping[str, Any], nonce: str | None = None) -> dict[str, Any]:
        """The claims of an ID token that came without a login attempt. Raises SignInFailed."""
        try:
            return dict(self.client.parse_id_token(tokens, nonce, claims_options=self._claims_options()))
        except (AuthlibBaseError, JoseError, ValueError) as problem:
            raise SignInFailed("invalid_id_token") from problem

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """New tokens for a refresh token (RFC 6749 §6). Raises SignInFailed, requests.RequestException."""
        endpoint = self.client.load_server_metadata()["token_endpoint"]
        with self._oauth_session() as oauth:
            try:
                return dict(oauth.refresh_token(endpoint, refresh_token=refresh_token))
            except (AuthlibBaseError, ValueError) as problem:
                raise SignInFailed(_safe_code(str(getattr(problem, "error", "")))) from problem

    def revoke(self, refresh_token: str) -> None:
        """Take a refresh token back (RFC 7009 §2). Raises SignInFailed, requests.RequestException."""
        endpoint = self.client.load_server_metadata()["revocation_endpoint"]
        with self._oauth_session() as oauth:
            oauth.revoke_token(endpoint, token=refresh_token, token_type_hint="refresh_token").raise_for_status()

    def _oauth_session(self) -> OAuth2Session:
        return OAuth2Session(self._registration.client_id, self._registration.secret, **self._session_settings)

    def logout(self, id_token: str, locale: str) -> AnyResponse:
        """Off to the provider's sign-out, which comes back to the home page (RP-Initiated Logout §2)."""
        response: AnyResponse = self.client.logout_redirect(
            post_logout_redirect_uri=f"{self._addresses.own}/",
            id_token_hint=id_token,
            client_id=self._registration.client_id,
            ui_locales=locale,
        )
        return response

    def is_back_from_logout(self) -> bool:
        """True once when the browser returns from the sign-out that it began here."""
        if "state" not in request.args:
            return False
        try:
            self.client.validate_logout_response()
        except AuthlibBaseError:
            return False
        return True

    def _redeem(self) -> Mapping[str, Any]:
        try:
            tokens: Mapping[str, Any] = self.client.authorize_access_token(
                claims_options=self._claims_options(), leeway=LEEWAY_SECONDS
            )
        except AuthlibBaseError as problem:
            raise SignInFailed(_safe_code(str(problem.error))) from problem
        except (JoseError, ValueError) as problem:
            raise SignInFailed("invalid_id_token") from problem
        if "userinfo" not in tokens:
            raise SignInFailed("invalid_id_token")
        return tokens

    def _claims_options(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self._addresses.issuer},
            "aud": {"essential": True, "value": self._registration.client_id},
            "sub": {"essential": True},
        }

    def _take_attempt(self, state: str) -> Mapping[str, Any]:
        attempt = self.client.framework.get_state_data(session, state)
        used = list(session.get(USED, []))
        if state and state in used:
            raise DoublePress
        if not state or not isinstance(attempt, dict) or "nonce" not in attempt:
            raise SignInFailed("state_unknown")
        session[USED] = [*used, state][-MAX_ATTEMPTS:]
        if "code" not in request.args:
            self.client.framework.clear_state_data(session, state)
        return attempt

    def _check_response_issuer(self) -> None:
        # RFC 9207 §2.4: an answer that names another issuer, or none where one is promised, is not ours.
        promised = self.client.load_server_metadata().get("authorization_response_iss_parameter_supported", False)
        named = request.args.get("iss")
        if named != self._addresses.issuer and (promised or named is not None):
            raise SignInFailed("issuer_mismatch")

    def _check_max_age(self, claims: Mapping[str, Any], *, asked: str | None) -> None:
        # OpenID Connect Core §3.1.3.7: with max_age the age of the authentication is ours to check.
        if asked is None or not asked.isdecimal():
            return
        auth_time = claims.get("auth_time")
        if not isinstance(auth_time, int | float) or time.time() - auth_time > int(asked) + LEEWAY_SECONDS:
            raise SignInFailed("authentication_too_old")

    def _forget_old_attempts(self) -> None:
        pending = [key for key in list(session) if key.startswith(f"_state_{self._name}_")]
        for key in pending[: max(0, len(pending) - MAX_ATTEMPTS + 1)]:
            session.pop(key, None)


def _query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def _safe_code(error: str) -> str:
    return error if re.fullmatch(r"[a-z_]{1,40}", error) else "invalid_response"
