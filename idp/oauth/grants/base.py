"""What the grant types share: every client authentication method, our token maker, nobody who is disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749.grants import BaseGrant

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.client import ClientAuthMethod
from idp.domain.grant import Grant
from idp.domain.subject import Subject
from idp.domain.values import Json
from idp.oauth.request import EngineRequest
from idp.oauth.tokens import Order
from idp.protocol.errors import ErrorCode, TokenError

if TYPE_CHECKING:
    from idp.oauth.server import OAuthServer


class EngineGrant(BaseGrant):
    """Base of our grants. Authlib alone would let a refresh authenticate by Basic only."""

    TOKEN_ENDPOINT_AUTH_METHODS = tuple(ClientAuthMethod)
    server: OAuthServer
    request: EngineRequest

    def save_token(self, token: Any) -> None:
        """Nothing to do: tokens are stored where they are made, in one transaction with the rest."""

    def make_tokens(self, grant: Grant, **details: Any) -> dict[str, Json]:
        """Tokens under a grant, for the client that asks."""
        grant_type = str(self.GRANT_TYPE)
        order = Order(client=self.request.registered, grant=grant, grant_type=grant_type, **details)
        return self.server.maker.make(order)

    def load_subject(self, grant: Grant) -> Subject:
        """The subject of a grant. Raises TokenError when it is gone or disabled meanwhile."""
        subject = None if grant.subject_id is None else self.server.parts.subjects.get(grant.subject_id)
        if subject is None or not subject.is_active:
            raise TokenError(ErrorCode.INVALID_GRANT, detail=f"the subject of grant {grant.id} may not sign in")
        return subject

    def end_family(self, grant_id: str, kind: AuditKind) -> None:
        """Revoke a grant with everything that came of it, because something of it was used twice."""
        parts = self.server.parts
        now = parts.clock.now()
        parts.grants.revoke(grant_id, now)
        client_id = self.request.registered.id
        parts.audit.record(
            AuditEvent(
                kind=kind, at=now, actor=f"client:{client_id}", client_id=client_id, detail={"grant_id": grant_id}
            )
        )
