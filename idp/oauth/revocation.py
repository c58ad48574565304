"""Revocation: a refresh token takes its whole grant with it, an access token goes alone.

A foreign client's token, and one nobody knows, are answered alike: 200 and nothing done. A type hint nobody knows is
ignored, where Authlib would answer 401. RFC 7009 §2.1 and §2.2.
"""

from __future__ import annotations

from authlib.oauth2.rfc7009 import RevocationEndpoint

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.client import ClientAuthMethod
from idp.domain.grant import AccessToken, RefreshToken
from idp.oauth.client_view import ClientView
from idp.oauth.finding import find_token
from idp.oauth.request import REVOCATION, EngineRequest


class Revocation(RevocationEndpoint):
    """POST /revoke."""

    ENDPOINT_NAME = REVOCATION
    CLIENT_AUTH_METHODS = tuple(ClientAuthMethod)

    def authenticate_token(self, request: EngineRequest, client: ClientView) -> AccessToken | RefreshToken | None:
        """The client's own live token, or None."""
        found = find_token(self.server.parts, request)
        return None if found is None or found[0].client_id != client.client.id else found[0]

    def revoke_token(self, token: AccessToken | RefreshToken, request: EngineRequest) -> None:
        """Revoke it."""
        parts = self.server.parts
        if isinstance(token, AccessToken):
            parts.grants.revoke_access(token.digest)
            return
        now = parts.clock.now()
        parts.grants.revoke(token.grant_id, now)
        client_id = request.registered.id
        parts.audit.record(
            AuditEvent(
                kind=AuditKind.GRANT_REVOKED,
                at=now,
                actor=f"client:{client_id}",
                client_id=client_id,
                detail={"grant_id": token.grant_id},
            )
        )
