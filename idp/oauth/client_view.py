"""A client as Authlib asks about it, answered by the rules of the house.

No default redirect URI exists, response types and grant types are those registered, secrets are never seen here.
"""

from __future__ import annotations

from authlib.oauth2.rfc6749 import ClientMixin

from idp.domain.client import Client
from idp.protocol.redirect_uri import match_redirect
from idp.protocol.scopes import OPENID, BadScope, allowed_scopes, parse_scopes

CODE_GRANT_TYPE = "authorization_code"


class ClientView(ClientMixin):
    """One client."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get_client_id(self) -> str:
        """Its id."""
        return self.client.id

    def get_default_redirect_uri(self) -> None:
        """None: a request without a redirect URI is an error page (OpenID Connect Core §3.1.2.1)."""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """True for a registered one."""
        return match_redirect(self.client, redirect_uri) is not None

    def check_response_type(self, response_type: str) -> bool:
        """True for `code`, when the client has a flow that people can sign in by."""
        may_use = CODE_GRANT_TYPE in self.client.grant_types and self.client.flow is not None
        return response_type == "code" and may_use

    def check_grant_type(self, grant_type: str) -> bool:
        """True for a registered one."""
        return grant_type in self.client.grant_types

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What the client may have of a scope; None, which refuses the request, when `openid` is not in it."""
        try:
            allowed = allowed_scopes(parse_scopes(scope), self.client)
        except BadScope:
            return None
        return " ".join(allowed) if OPENID in allowed else None
