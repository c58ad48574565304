"""Client assertions: a JWT signed with the client's own key instead of a secret (`private_key_jwt`).

Authlib's own class imports keys on each call, takes any algorithm of the library and any audience list; this one
does not. RFC 7523 §2.2 and §3, OpenID Connect Core §9, RFC 8725 §3.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from idp.domain.client import Client
from idp.domain.ports import ReplayStore
from idp.domain.values import Json, JsonObject
from idp.protocol.compact_jws import peek
from idp.protocol.logout import audiences_of

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("ES256", "RS256", "PS256")
SKEW = timedelta(seconds=10)
LONGEST_LIFE = timedelta(hours=1)
_MAX_JTI = 256
_SYMMETRIC = "oct"


class BadAssertion(ValueError):
    """An assertion that proves nothing; the message is for the log."""


def read_client_id(assertion: str) -> str:
    """Whom an assertion claims to come from, before anything is verified. Raises BadAssertion."""
    try:
        subject = peek(assertion).claims.get("sub")
    except ValueError as error:
        raise BadAssertion(str(error)) from None
    if not isinstance(subject, str):
        raise BadAssertion("no sub")
    return subject


def check_assertion(
    assertion: str, client: Client, *, audiences: frozenset[str], replay: ReplayStore, now: datetime
) -> None:
    """Check signature, claims and first use, in that order. Raises BadAssertion."""
    claims = _verify_signature(assertion, client)
    if claims.get("iss") != client.id or claims.get("sub") != client.id:
        raise BadAssertion("iss and sub are not the client")
    named = audiences_of(claims)
    # RFC 7523 §3, item 3: we have to be the audience; beside us nobody else may be.
    if not named or not audiences.issuperset(named):
        raise BadAssertion("aud is not this provider alone")
    expires_at = _check_times(claims, now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= _MAX_JTI:
        raise BadAssertion("no jti")
    if not replay.first_use(client.id, jti, expires_at + 2 * SKEW, now):
        raise BadAssertion("jti was used before")


def _verify_signature(assertion: str, client: Client) -> dict[str, Json]:
    try:
        seen = peek(assertion)
    except ValueError as error:
        raise BadAssertion(str(error)) from None
    alg, kid = seen.header.get("alg"), seen.header.get("kid")
    if not isinstance(alg, str) or alg not in ALGORITHMS:
        raise BadAssertion("alg is not on the list")
    for key in _load_keys(json.dumps(client.jwks, default=dict, sort_keys=True)):
        if kid is not None and kid != key.kid:
            continue
        try:
            jws.deserialize_compact(assertion, key, algorithms=[alg])
        except (JoseError, ValueError):
            continue
        return seen.claims
    raise BadAssertion("no registered key fits the signature")


@lru_cache(maxsize=256)
def _load_keys(jwks: str) -> tuple[Key, ...]:
    """The public keys of a registration, imported once."""
    entries = [entry for entry in json.loads(jwks).get("keys", ()) if entry.get("kty") != _SYMMETRIC]
    return tuple(KeySet.import_key_set({"keys": entries}).keys) if entries else ()


def _check_times(claims: JsonObject, now: datetime) -> datetime:
    expires_at = _read_time(claims, "exp")
    if expires_at is None or expires_at + SKEW <= now or expires_at > now + LONGEST_LIFE + SKEW:
        raise BadAssertion("exp is missing, past, or more than an hour away")
    for name in ("nbf", "iat"):
        moment = _read_time(claims, name)
        if moment is not None and moment > now + SKEW:
            raise BadAssertion(f"{name} lies ahead")
    return expires_at


def _read_time(claims: JsonObject, name: str) -> datetime | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadAssertion(f"{name} is not a number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise BadAssertion(f"{name} is out of range") from None
