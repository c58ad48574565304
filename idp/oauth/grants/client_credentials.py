"""Tokens for a client itself, with nobody behind it: a confidential client, no refresh token, no OpenID scopes.

RFC 6749 §4.4.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant

from idp.domain.client import Client, ClientAuthMethod
from idp.domain.grant import Grant
from idp.domain.values import Json
from idp.oauth.grants.base import EngineGrant
from idp.protocol.scopes import OFFLINE_ACCESS, OPENID, BadScope, allowed_scopes, parse_scopes


class CredentialsGrant(EngineGrant, ClientCredentialsGrant):
    """`grant_type=client_credentials`."""

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(method for method in ClientAuthMethod if method is not ClientAuthMethod.NONE)

    def validate_requested_scope(self) -> None:
        """A malformed scope is refused, one the client may not have is dropped when tokens are made."""
        self._scopes(self.request.registered)

    def generate_token(self, **_: Any) -> dict[str, Json]:
        """An access token under a grant of its own."""
        parts = self.server.parts
        now = parts.clock.now()
        client = self.request.registered
        grant = Grant(
            id=parts.secrets.identifier(),
            client_id=client.id,
            subject_id=None,
            session_id=None,
            sid=None,
            scopes=self._scopes(client),
            context=None,
            created_at=now,
            expires_at=now + timedelta(seconds=client.access_token_seconds),
        )
        parts.grants.create(grant, None)
        return self.make_tokens(grant, scopes=grant.scopes)

    def _scopes(self, client: Client) -> tuple[str, ...]:
        try:
            wanted = parse_scopes(self.request.payload.scope)
        except BadScope:
            raise InvalidScopeError from None
        # OpenID Connect Core §3.1.2.1: openid is about a person, and here is none.
        return tuple(scope for scope in allowed_scopes(wanted, client) if scope not in {OPENID, OFFLINE_ACCESS})
