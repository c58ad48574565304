"""Introspection: what a token is worth, told only to the client it was made for or the resource it is meant for.

Whatever else, the answer is `active: false` without a reason. RFC 7662 §2.1, §2.2 and §4.
"""

from __future__ import annotations

from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from idp.domain.client import Client, ClientAuthMethod
from idp.domain.grant import AccessToken, Grant, RefreshToken
from idp.domain.values import Json
from idp.oauth.client_view import ClientView
from idp.oauth.finding import Found, find_token
from idp.oauth.request import INTROSPECTION, EngineRequest


class Introspection(IntrospectionEndpoint):
    """POST /introspect, for confidential clients."""

    ENDPOINT_NAME = INTROSPECTION
    CLIENT_AUTH_METHODS = tuple(method for method in ClientAuthMethod if method is not ClientAuthMethod.NONE)

    def authenticate_token(self, request: EngineRequest, client: ClientView) -> Found | None:
        """The token, when it is the client's business."""
        found = find_token(self.server.parts, request)
        if found is None or not _is_entitled(client.client, found[0]) or not self._has_active_subject(found[1]):
            return None
        return found

    def create_introspection_payload(self, token: Found | None) -> dict[str, Json]:
        """The answer (RFC 7662 §2.2)."""
        if token is None:
            return {"active": False}
        found, grant = token
        is_access = isinstance(found, AccessToken)
        facts: dict[str, Json] = {
            "active": True,
            "iss": self.server.parts.issuer,
            "client_id": found.client_id,
            "sub": grant.subject_id or found.client_id,
            "aud": (found.audience if isinstance(found, AccessToken) else None) or found.client_id,
            "scope": " ".join(found.scopes),
            "iat": int(found.issued_at.timestamp()),
            "exp": int(found.expires_at.timestamp()),
            "token_type": "Bearer" if is_access else None,
        }
        return {name: value for name, value in facts.items() if value is not None}

    def _has_active_subject(self, grant: Grant) -> bool:
        if grant.subject_id is None:
            return True
        subject = self.server.parts.subjects.get(grant.subject_id)
        return subject is not None and subject.is_active


def _is_entitled(client: Client, token: AccessToken | RefreshToken) -> bool:
    if token.client_id == client.id:
        return True
    return isinstance(token, AccessToken) and token.audience is not None and token.audience == client.audience
