"""Revocation: a refresh token takes its whole grant with it, an access token goes alone.

So does a refresh token that was rotated: whoever lost the answer to a refresh knows no other one of the family. A
foreign client's token, and one nobody knows, are answered alike: 200 and nothing done. A type hint nobody needs is
ignored, where Authlib would answer 401. RFC 7009 §2.1 and §2.2.
"""

from __future__ import annotations

from authlib.oauth2.rfc7009 import RevocationEndpoint

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.client import ClientAuthMethod
from idp.oauth.client_view import ClientView
from idp.oauth.finding import read_token
from idp.oauth.parts import ACCESS, REFRESH
from idp.oauth.request import REVOCATION, EngineRequest


class Revocation(RevocationEndpoint):
    """POST /revoke."""

    ENDPOINT_NAME = REVOCATION
    CLIENT_AUTH_METHODS = tuple(ClientAuthMethod)

    def authenticate_token(self, request: EngineRequest, client: ClientView) -> str:  # noqa: ARG002
        """The token as it was sent: the statement that revokes it looks whose it is. Raises TokenError without one."""
        return read_token(request)

    def revoke_token(self, token: str, request: EngineRequest) -> None:
        """Revoke it, if it is the client's."""
        parts = self.server.parts
        now = parts.clock.now()
        client_id = request.registered.id
        if parts.grants.revoke_access(parts.digester.digest(ACCESS, token), client_id=client_id):
            return
        grant_id = parts.grants.revoke_family(parts.digester.digest(REFRESH, token), client_id=client_id, now=now)
        if grant_id is None:
            return
        parts.audit.record(
            AuditEvent(
                kind=AuditKind.GRANT_REVOKED,
                at=now,
                actor=f"client:{client_id}",
                client_id=client_id,
                detail={"grant_id": grant_id},
            )
        )
