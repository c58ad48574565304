"""The receiving end of back-channel logout: is this logout token real, for us, and new.

OpenID Connect Back-Channel Logout 1.0 §2.4–2.6. Ending the sessions is the caller's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY_SECONDS = 60
KNOWN_TYPES = ("", "jwt", "logout+jwt", "application/logout+jwt")


class LogoutTokenRefused(Exception):
    """The token is not a valid, new logout token for this client; the text says which check failed."""


class KeySource(Protocol):
    """Where the provider's public keys and algorithms are read."""

    def load_server_metadata(self) -> dict[str, Any]:
        """The provider's metadata."""

    def fetch_jwk_set(self, force: bool = False) -> dict[str, Any]:
        """The provider's key set; `force` reads it anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutNotice:
    """Whose session ended: one session when `sid` is there, else every session of `sub`."""

    sub: str | None
    sid: str | None

    def is_about(self, claims: Mapping[str, Any]) -> bool:
        """True when the session that these claims began is to end."""
        if self.sub is not None and claims.get("sub") != self.sub:
            return False
        return self.sid is None or claims.get("sid") == self.sid


class LogoutTokens:
    """Checks logout tokens for one client and remembers each `jti` until its token is too old to be used."""

    def __init__(self, keys: KeySource, *, expected_issuer: str, expected_audience: str) -> None:
        self._keys = keys
        self._issuer = expected_issuer
        self._audience = expected_audience
        self._seen: dict[str, float] = {}
        self._lock = threading.Lock()

    def accept(self, logout_token: str) -> LogoutNotice:
        """What the token asks for. Raises LogoutTokenRefused, requests.RequestException."""
        try:
            token = self._decode(logout_token)
            self._registry().validate(token.claims)
        except (JoseError, ValueError) as problem:
            raise LogoutTokenRefused(type(problem).__name__) from problem
        if str(token.header.get("typ", "")).lower() not in KNOWN_TYPES:
            raise LogoutTokenRefused("typ")
        notice = check_claims(token.claims)
        self._check_new(str(token.claims["jti"]), float(token.claims["exp"]))
        return notice

    def _registry(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            int(time.time()),
            LEEWAY_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            iat={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
        )

    def _decode(self, logout_token: str) -> jwt.Token:
        promised = self._keys.load_server_metadata().get("id_token_signing_alg_values_supported", ["RS256"])
        # §2.6 (2): signed by the provider's published keys, so neither unsigned nor with a shared secret.
        algorithms = [name for name in promised if name != "none" and not name.startswith("HS")]
        try:
            return jwt.decode(logout_token, self._key_set(force=False), algorithms)
        except InvalidKeyIdError:
            return jwt.decode(logout_token, self._key_set(force=True), algorithms)

    def _key_set(self, *, force: bool) -> KeySet:
        document: Any = self._keys.fetch_jwk_set(force)
        return KeySet.import_key_set(document)

    def _check_new(self, jti: str, expires_at: float) -> None:
        now = time.time()
        with self._lock:
            self._seen = {known: until for known, until in self._seen.items() if until > now}
            if jti in self._seen:
                raise LogoutTokenRefused("jti")
            self._seen[jti] = expires_at + LEEWAY_SECONDS


def check_claims(claims: Mapping[str, Any]) -> LogoutNotice:
    """The notice in the claims. Raises LogoutTokenRefused (§2.4, §2.6)."""
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise LogoutTokenRefused("events")
    # §2.4: no nonce, so that a logout token can never be taken for an ID token.
    if "nonce" in claims:
        raise LogoutTokenRefused("nonce")
    sub, sid = claims.get("sub"), claims.get("sid")
    if not all(value is None or isinstance(value, str) for value in (sub, sid)) or (sub is None and sid is None):
        raise LogoutTokenRefused("sub")
    return LogoutNotice(sub=sub, sid=sid)
