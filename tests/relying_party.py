"""A relying party for tests: makes authorization requests with PKCE, redeems, and verifies what it gets, strictly.

Works with a Flask test client or a `requests.Session`: anything with `get` and `post`.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import KeySet


@dataclass
class RelyingParty:
    """One client. `http` sends requests; `base` is put before paths, and is empty for a Flask test client."""

    http: Any
    client_id: str
    redirect_uri: str
    issuer: str
    secret: str | None = None
    scope: str = "openid profile email"
    base: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def discover(self) -> dict[str, Any]:
        """The provider's metadata, its issuer checked (OpenID Connect Discovery §4.3)."""
        self.metadata = self._json(self.http.get(f"{self.base}/.well-known/openid-configuration"))
        assert self.metadata["issuer"] == self.issuer
        return self.metadata

    def request(self, **changes: Any) -> tuple[str, dict[str, str]]:
        """The path of an authorization request, and what has to be remembered about it. None leaves one out."""
        number = next(self._numbers)
        verifier = hashlib.sha256(f"{self.client_id}-{number}".encode()).hexdigest()
        kept = {"state": f"state-{number}", "nonce": f"nonce-{number}", "code_verifier": verifier}
        params: dict[str, Any] = {
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "response_type": "code",
            "scope": self.scope,
            "state": kept["state"],
            "nonce": kept["nonce"],
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        sent = {name: value for name, value in params.items() if value is not None}
        return f"/authorize?{urlencode(sent)}", kept | {"redirect_uri": str(sent.get("redirect_uri"))}

    def read_answer(self, location: str, kept: dict[str, str]) -> dict[str, str]:
        """The parameters of an answer, with state and iss checked (RFC 9207 §2.4)."""
        assert location.startswith(self.redirect_uri), location
        pairs = parse_qsl(urlsplit(location).query, keep_blank_values=True)
        answer = dict(pairs)
        assert len(answer) == len(pairs), "a parameter twice"
        assert answer["state"] == kept["state"]
        assert answer["iss"] == self.issuer
        return answer

    def token(self, **params: Any) -> Any:
        """POST to the token endpoint; the raw answer."""
        return self._post("/token", params)

    def redeem(self, code: str, kept: dict[str, str], **changes: Any) -> Any:
        """Exchange a code; the raw answer."""
        params = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": kept["redirect_uri"],
            "code_verifier": kept["code_verifier"],
            **changes,
        }
        return self.token(**params)

    def refresh(self, refresh_token: str, **changes: Any) -> Any:
        """Use a refresh token; the raw answer."""
        return self.token(grant_type="refresh_token", refresh_token=refresh_token, **changes)

    def revoke(self, token: str, **changes: Any) -> Any:
        """Revoke a token; the raw answer."""
        return self._post("/revoke", {"token": token, **changes})

    def introspect(self, token: str, **changes: Any) -> Any:
        """Ask what a token is worth; the raw answer."""
        return self._post("/introspect", {"token": token, **changes})

    def userinfo(self, token: str) -> Any:
        """Ask for claims; the raw answer."""
        return self.http.get(f"{self.base}/userinfo", headers={"Authorization": f"Bearer {token}"})

    def claims(self, tokens: dict[str, Any], *, now: float, nonce: str | None = None) -> dict[str, Any]:
        """The claims of the ID token, everything verified (OpenID Connect Core §3.1.3.7)."""
        keys = self._json(self.http.get(f"{self.base}/jwks"))
        token = tokens["id_token"]
        header = json.loads(_decode(token.split(".")[0]))
        verified = jws.deserialize_compact(token, KeySet.import_key_set(keys), algorithms=["RS256", "ES256"])
        claims: dict[str, Any] = json.loads(verified.payload)
        assert header["kid"] in {key["kid"] for key in keys["keys"]}
        assert not any("d" in key for key in keys["keys"])
        assert (claims["iss"], claims["aud"]) == (self.issuer, self.client_id)
        assert claims["iat"] <= now + 1 < claims["exp"] <= now + 3601
        assert claims.get("nonce") == nonce
        digest = hashlib.sha256(tokens["access_token"].encode()).digest()
        assert claims["at_hash"] == base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()
        return claims

    def _post(self, path: str, params: dict[str, Any]) -> Any:
        form = {name: value for name, value in params.items() if value is not None}
        headers = {}
        if self.secret is None:
            form.setdefault("client_id", self.client_id)
        else:
            headers["Authorization"] = basic(self.client_id, self.secret)
        return self.http.post(f"{self.base}{path}", data=form, headers=headers)

    @staticmethod
    def _json(answer: Any) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        return dict(json.loads(answer.text))


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def basic(client_id: str, secret: str) -> str:
    """RFC 6749 §2.3.1."""
    pair = urlencode({client_id: secret}).replace("=", ":", 1)
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _decode(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
