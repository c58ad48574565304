"""A tiny OpenID provider for the sample clients' tests: it signs in whoever the test says, at once, and asks nothing.

It plays the provider's part only as far as the clients look at it; switches make it misbehave.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

HANAKO = {
    "sub": "s-hanako",
    "name": "組合 花子",
    "email": "hanako@example.jp",
    "email_verified": True,
    "phone_number": "+819012345678",
    "phone_number_verified": True,
    "member_number": "1234-5678",
}


def make_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


@dataclass
class FakeProvider:
    """The provider; `url` is its issuer once it runs. Tests change its fields between requests."""

    url: str = ""
    person: dict = field(default_factory=lambda: dict(HANAKO))
    id_token_changes: dict = field(default_factory=dict)
    userinfo_changes: dict = field(default_factory=dict)
    refuse_with: str | None = None
    answer_iss: str | None = None
    is_broken: bool = False
    refuses_refresh: str | None = None
    access_seconds: int = 600
    claimed_issuer: str | None = None
    key: RSAKey = field(default_factory=lambda: make_key("k1"))
    at_userinfo: Callable[[], None] = lambda: None
    forging_key: RSAKey | None = None
    requests: list = field(default_factory=list)
    codes: dict = field(default_factory=dict)
    refresh_tokens: dict = field(default_factory=dict)
    revoked: list = field(default_factory=list)
    count: int = 0

    def sign(self, claims: dict, header: dict | None = None) -> str:
        key = self.forging_key or self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, claims, key)

    def logout_token(self, client_id: str, changes: dict | None = None, header: dict | None = None) -> str:
        now = int(time.time())
        self.count += 1
        claims = {
            "iss": self.url,
            "aud": client_id,
            "iat": now,
            "exp": now + 120,
            "jti": f"j{self.count}",
            "sub": self.person["sub"],
            "sid": "sid-1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        } | (changes or {})
        kept = {name: value for name, value in claims.items() if value is not None}
        return self.sign(kept, header or {"typ": "logout+jwt"})

    def id_token(self, client_id: str, nonce: str | None, access_token: str) -> str:
        now = int(time.time())
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            "iss": self.url,
            "aud": client_id,
            "sub": self.person["sub"],
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "acr": "mfa",
            "amr": ["pwd", "otp", "sms", "mfa"],
            "auth_time": now,
            "sid": "sid-1",
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        } | self.id_token_changes
        return self.sign({name: value for name, value in claims.items() if value is not None})

    def tokens(self, client_id: str, scope: str, nonce: str | None) -> dict:
        self.count += 1
        access = f"access-{self.count}"
        answer = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.access_seconds,
            "scope": scope,
            "id_token": self.id_token(client_id, nonce, access),
        }
        if "offline_access" in scope:
            answer["refresh_token"] = f"refresh-{self.count}"
            self.refresh_tokens[answer["refresh_token"]] = (client_id, scope)
        return answer


def create_provider(provider: FakeProvider) -> Flask:
    app = Flask("fake_provider")

    @app.before_request
    def down():
        return ("broken", 503) if provider.is_broken else None

    @app.get("/.well-known/openid-configuration")
    def metadata():
        return jsonify(
            issuer=provider.claimed_issuer or provider.url,
            authorization_endpoint=provider.url + "/authorize",
            token_endpoint=provider.url + "/token",
            userinfo_endpoint=provider.url + "/userinfo",
            jwks_uri=provider.url + "/jwks",
            end_session_endpoint=provider.url + "/logout",
            revocation_endpoint=provider.url + "/revoke",
            id_token_signing_alg_values_supported=["RS256", "ES256"],
            authorization_response_iss_parameter_supported=True,
        )

    @app.get("/jwks")
    def jwks():
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize():
        asked = request.args.to_dict()
        provider.requests.append(asked)
        answer = {"state": asked["state"], "iss": provider.answer_iss or provider.url}
        if provider.refuse_with:
            answer["error"] = provider.refuse_with
        else:
            provider.count += 1
            answer["code"] = f"code-{provider.count}"
            provider.codes[answer["code"]] = asked
        return redirect(asked["redirect_uri"] + "?" + urlencode(answer), 303)

    @app.post("/token")
    def token():
        client_id = request.authorization.username if request.authorization else request.form["client_id"]
        if request.form["grant_type"] == "refresh_token":
            return refresh(client_id)
        asked = provider.codes.pop(request.form.get("code", ""), None)
        challenge = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        expected = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if asked is None or asked["client_id"] != client_id or asked["code_challenge"] != expected:
            return jsonify(error="invalid_grant"), 400
        return jsonify(provider.tokens(client_id, asked["scope"], asked.get("nonce")))

    def refresh(client_id):
        if provider.refuses_refresh:
            return jsonify(error=provider.refuses_refresh), 400
        known = provider.refresh_tokens.pop(request.form["refresh_token"], None)
        if known is None or known[0] != client_id:
            return jsonify(error="invalid_grant"), 400
        return jsonify(provider.tokens(client_id, known[1], None))

    @app.get("/userinfo")
    def userinfo():
        assert request.headers["Authorization"].startswith("Bearer access-")
        provider.at_userinfo()
        return jsonify(provider.person | provider.userinfo_changes)

    @app.post("/revoke")
    def revoke():
        provider.revoked.append(request.form["token"])
        provider.refresh_tokens.pop(request.form["token"], None)
        return Response(status=200)

    @app.get("/logout")
    def logout():
        asked = request.args
        return redirect(f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}", 303)

    return app


def run_provider(provider: FakeProvider):
    """Start it on a free port; the server to shut down."""
    server = make_server("127.0.0.1", 0, create_provider(provider), threaded=True)
    provider.url = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
