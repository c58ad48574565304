"""Client authentication: exactly one method, one the client is registered for, compared in constant time.

Takes the place of Authlib's: that one crashes on Basic credentials that are no UTF-8, tries one method after the
other, and knows no empty secret. RFC 6749 §2.3 and §3.2.1, OpenID Connect Core §9.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote_plus

from idp.domain.client import Client, ClientAuthMethod
from idp.domain.ports import ClientStore, Clock, ReplayStore
from idp.oauth.assertions import ASSERTION_TYPE, BadAssertion, check_assertion, read_client_id
from idp.oauth.request import EndpointCall
from idp.protocol.errors import ErrorCode, TokenError

_MAX_HEADER = 4096
_NO_DIGEST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a client brought to prove who it is. `secret` is its secret or its assertion."""

    client_id: str
    method: ClientAuthMethod
    secret: str = ""


def read_credentials(call: EndpointCall) -> Credentials:
    """The one method a call uses. Raises TokenError for none, two, or one that cannot be read."""
    params = call.params
    secret, assertion = params.get("client_secret"), params.get("client_assertion")
    brought = [item for item in (call.authorization, secret, assertion) if item is not None]
    if len(brought) > 1:
        # RFC 6749 §2.3: the client must not use more than one method in each request.
        raise _refused("more than one method")
    if call.authorization is not None:
        found = _read_basic(call.authorization)
    elif assertion is not None or params.get("client_assertion_type") is not None:
        found = _read_assertion(call)
    else:
        method = ClientAuthMethod.NONE if secret is None else ClientAuthMethod.POST
        found = Credentials(client_id=params.get("client_id") or "", method=method, secret=secret or "")
    if params.get("client_id") not in {None, found.client_id} or not found.client_id:
        raise _refused("no client_id, or another one than the credentials name")
    return found


def _read_basic(header: str) -> Credentials:
    """RFC 6749 §2.3.1: both halves are form-encoded. An empty secret is how some public clients say their id."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic" or len(header) > _MAX_HEADER:
        raise _refused("not a Basic header")
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        client_id, colon, secret = decoded.partition(":")
        client_id, secret = unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict")
    except (binascii.Error, ValueError):
        raise _refused("malformed Basic header") from None
    if not colon:
        raise _refused("malformed Basic header")
    method = ClientAuthMethod.BASIC if secret else ClientAuthMethod.NONE
    return Credentials(client_id=client_id, method=method, secret=secret)


def _read_assertion(call: EndpointCall) -> Credentials:
    assertion = call.params.get("client_assertion")
    if assertion is None or call.params.get("client_assertion_type") != ASSERTION_TYPE:
        raise _refused("assertion and type do not belong together")
    try:
        client_id = read_client_id(assertion)
    except BadAssertion as error:
        raise _refused(str(error)) from None
    return Credentials(client_id=client_id, method=ClientAuthMethod.PRIVATE_KEY_JWT, secret=assertion)


class Authenticator:
    """Finds and authenticates clients."""

    def __init__(self, *, issuer: str, clients: ClientStore, replay: ReplayStore, clock: Clock) -> None:
        self._issuer = issuer
        self._clients = clients
        self._replay = replay
        self._clock = clock

    def authenticate(self, call: EndpointCall, methods: frozenset[ClientAuthMethod]) -> Client:
        """The client of a call. Raises TokenError (invalid_client)."""
        credentials = read_credentials(call)
        client = self._clients.get(credentials.client_id)
        if client is None or credentials.method not in methods & client.auth_methods:
            _is_secret(credentials.secret, (_NO_DIGEST,))
            raise _refused(f"{credentials.client_id!r} is unknown or may not use {credentials.method}")
        self._prove(call, client, credentials)
        return client

    def _prove(self, call: EndpointCall, client: Client, credentials: Credentials) -> None:
        match credentials.method:
            case ClientAuthMethod.BASIC | ClientAuthMethod.POST:
                if not _is_secret(credentials.secret, client.secret_digests):
                    raise _refused(f"wrong secret of {client.id}")
            case ClientAuthMethod.PRIVATE_KEY_JWT:
                self._check_assertion(call, client, credentials.secret)
            case ClientAuthMethod.NONE:
                if client.is_confidential:
                    raise _refused(f"{client.id} has to authenticate")

    def _check_assertion(self, call: EndpointCall, client: Client, assertion: str) -> None:
        audiences = frozenset({self._issuer, f"{self._issuer}/token", f"{self._issuer}/{call.endpoint}"})
        now = self._clock.now()
        try:
            check_assertion(assertion, client, audiences=audiences, replay=self._replay, now=now)
        except BadAssertion as error:
            raise _refused(f"{client.id}: {error}") from None


def _is_secret(secret: str, digests: tuple[str, ...]) -> bool:
    """Secrets are random, so a plain SHA-256 keeps them; every digest is compared."""
    made = sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    return any([hmac.compare_digest(made, digest) for digest in digests])  # noqa: C419 # no short cut: constant time


def _refused(detail: str) -> TokenError:
    return TokenError(ErrorCode.INVALID_CLIENT, detail=detail)
