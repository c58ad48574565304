"""The engine: Authlib's framework-neutral authorization server behind our verbs.

Values of the domain go in and come out; errors leave as one of our exits. Transactions are the caller's: a refusal is
raised after what has to stay written (a spent code, a revoked family) was written.
RFC 6749 §3 to §6, OpenID Connect Core §3.1.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, NoReturn

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidRequestError,
    UnsupportedGrantTypeError,
    UnsupportedResponseTypeError,
)

from idp.domain.authorization import AuthorizationRequest
from idp.domain.client import Client, ClientAuthMethod
from idp.domain.values import Json, JsonObject
from idp.oauth.client_auth import Authenticator
from idp.oauth.client_view import ClientView
from idp.oauth.codes import CodeOrder, issue_code, reissue_code
from idp.oauth.errors import to_redirect_error, to_token_error
from idp.oauth.grants import GRANTS, CodeGrant
from idp.oauth.grants.authorization_code import S256Challenge
from idp.oauth.hints import read_id_token
from idp.oauth.introspection import Introspection
from idp.oauth.parts import OAuthParts
from idp.oauth.request import INTROSPECTION, REVOCATION, EndpointCall, EngineRequest, check_call
from idp.oauth.revocation import Revocation
from idp.oauth.tokens import TokenMaker
from idp.oauth.userinfo import answer_userinfo
from idp.protocol.authorization import OpenIdRules, build_request, check_return_address, check_shape
from idp.protocol.errors import ReturnAddress
from idp.protocol.logout import audiences_of
from idp.protocol.parameters import Parameters


def silence_authlib() -> None:
    """Switch Authlib's loggers off, whatever the log is set to: at debug level they write whole token responses."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "authlib":
            logging.getLogger(name).disabled = True


class OAuthServer(AuthorizationServer):
    """The engine of one site; safe for threads, since each request has its own grant object."""

    def __init__(self, parts: OAuthParts) -> None:
        super().__init__()
        silence_authlib()
        self.parts = parts
        self.maker = TokenMaker(parts)
        self._authenticator = Authenticator(
            issuer=parts.issuer, clients=parts.clients, replay=parts.replay, clock=parts.clock
        )
        for grant in GRANTS:
            self.register_grant(grant, [S256Challenge()] if grant is CodeGrant else None)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def validate_authorization(self, params: Parameters) -> tuple[AuthorizationRequest, Client]:
        """Check an authorization request. Raises PageError or ClientRedirectError."""
        client, back = check_return_address(params, self.parts.clients.get)
        check_shape(params, back)
        scopes = self._check_by_engine(params, back)
        rules = OpenIdRules(levels=self.parts.levels, catalog=self.parts.catalog, read_hint=self._read_hint_of)
        return build_request(params, client, back, scopes=scopes, rules=rules), client

    def issue_code(self, order: CodeOrder) -> str:
        """The text of a new code. Call it inside a unit of work."""
        return issue_code(self.parts, order)

    def reissue_code(self, order: CodeOrder) -> str | None:
        """The text of a code that replaces the grant's unspent one; None when that was spent."""
        return reissue_code(self.parts, order)

    def answer_token(self, call: EndpointCall) -> dict[str, Json]:
        """The answer of the token endpoint. Raises TokenError."""
        check_call(call)
        return self.create_token_response(call)

    def revoke(self, call: EndpointCall) -> None:
        """Revoke a token (RFC 7009 §2.1). Raises TokenError."""
        check_call(call)
        self.create_endpoint_response(REVOCATION, call)

    def introspect(self, call: EndpointCall) -> dict[str, Json]:
        """What a token is worth (RFC 7662 §2.2). Raises TokenError."""
        check_call(call)
        return self.create_endpoint_response(INTROSPECTION, call)

    def userinfo(self, token: str) -> dict[str, Json]:
        """Claims about the subject of an access token. Raises BearerError."""
        return answer_userinfo(self.parts, token)

    def read_hint(self, token: str) -> JsonObject:
        """Claims of an ID token of ours, expired or not. Raises ValueError."""
        return read_id_token(self.parts, token)

    def _read_hint_of(self, token: str, client: Client) -> JsonObject:
        claims = self.read_hint(token)
        if client.id not in audiences_of(claims):
            raise ValueError("made for another client")
        return claims

    def _check_by_engine(self, params: Parameters, back: ReturnAddress) -> tuple[str, ...]:
        """Response type, scope and PKCE, by Authlib; the scopes that are left."""
        request = EngineRequest("GET", f"{self.parts.issuer}/authorize", params)
        try:
            grant = self.get_consent_grant(request)
        except OAuth2Error as error:
            raise to_redirect_error(error, back) from None
        return tuple(grant.request.scope.split())

    # What follows is asked of us by Authlib.

    def query_client(self, client_id: str) -> ClientView | None:
        """The client as Authlib asks about it."""
        client = self.parts.clients.get(client_id)
        return None if client is None else ClientView(client)

    def create_oauth2_request(self, request: EndpointCall | EngineRequest) -> EngineRequest:
        """Authlib's request object of a call."""
        if isinstance(request, EngineRequest):
            return request
        return EngineRequest("POST", f"{self.parts.issuer}/{request.endpoint}", request.params, request)

    def authenticate_client(
        self, request: EngineRequest, methods: Collection[ClientAuthMethod], endpoint: str = "token"
    ) -> ClientView:
        """Our own client authentication. Raises TokenError."""
        if request.call is None:
            raise RuntimeError(f"nothing to authenticate at {endpoint}")
        request.client = ClientView(self._authenticator.authenticate(request.call, frozenset(methods)))
        return request.client

    def get_authorization_grant(self, request: EngineRequest) -> Any:
        """The grant of a response type; Authlib's own error repeats the request, and crashes on a quote in it."""
        response_type = request.payload.data.get("response_type")
        if response_type is None:
            raise InvalidRequestError("response_type is missing")
        if response_type not in CodeGrant.RESPONSE_TYPES:
            raise UnsupportedResponseTypeError("response_type")
        return super().get_authorization_grant(request)

    def get_token_grant(self, request: EngineRequest) -> Any:
        """The grant of a grant type; leaving it out is invalid_request (RFC 6749 §5.2)."""
        if request.payload.grant_type is None:
            raise to_token_error(InvalidRequestError("grant_type is missing"))
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            raise to_token_error(error) from None

    def handle_response(self, status: int, body: Any, headers: Any) -> Any:  # noqa: ARG002 # Authlib's signature
        """The body: status and headers are the web's business."""
        return body

    def handle_error_response(self, request: EngineRequest, error: OAuth2Error) -> NoReturn:  # noqa: ARG002
        """Our exit in place of Authlib's response."""
        raise to_token_error(error) from None

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""
