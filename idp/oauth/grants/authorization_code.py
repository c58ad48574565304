"""The authorization code: spent by one statement before anything is looked at, so that a wrong verifier burns it.

Authlib's documented hooks read the code, save tokens and delete the code, which lets parallel requests through; here
reading *is* spending, and a code that comes again ends its family. RFC 6749 §4.1.3, §10.5, RFC 7636 §4.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge

from idp.domain.audit import AuditKind
from idp.domain.client import Client
from idp.domain.grant import CodeReplayed, Redeemed, UnknownCode
from idp.domain.subject import Subject
from idp.domain.values import Json
from idp.oauth.client_view import ClientView
from idp.oauth.grants.base import EngineGrant
from idp.oauth.parts import CODE
from idp.protocol.pkce import find_challenge_problem, is_verified


@dataclass(frozen=True, slots=True)
class SpentCode:
    """A code that this request has spent, as Authlib asks about it."""

    redeemed: Redeemed

    def get_redirect_uri(self) -> str:
        """Where it was sent."""
        return self.redeemed.code.redirect_uri

    def get_scope(self) -> str:
        """What was granted."""
        return " ".join(self.redeemed.grant.scopes)


class CodeGrant(EngineGrant, AuthorizationCodeGrant):
    """`grant_type=authorization_code`."""

    def query_authorization_code(self, code: str, client: ClientView) -> SpentCode | None:
        """Spend the code. None when that did not succeed."""
        parts = self.server.parts
        self.request.client = client
        digest = parts.digester.digest(CODE, code)
        match parts.grants.redeem(digest, client_id=client.client.id, now=parts.clock.now()):
            case Redeemed() as redeemed:
                return SpentCode(redeemed)
            case CodeReplayed(grant_id=grant_id):
                # RFC 6749 §4.1.2: tokens that came of a code used twice are revoked.
                self.end_family(grant_id, AuditKind.CODE_REPLAYED)
                return None
            case UnknownCode():
                return None

    def authenticate_user(self, authorization_code: SpentCode) -> Subject:
        """The subject, if it still may sign in."""
        return self.load_subject(authorization_code.redeemed.grant)

    def generate_token(self, *, user: Subject, **_: Any) -> dict[str, Json]:
        """Tokens for everything that was granted."""
        redeemed = self.request.authorization_code.redeemed
        grant = redeemed.grant
        return self.make_tokens(grant, scopes=grant.scopes, subject=user, nonce=redeemed.code.nonce)

    def delete_authorization_code(self, authorization_code: SpentCode) -> None:
        """Nothing to do: the spent row is how a replay is recognised."""


class S256Challenge(CodeChallenge):
    """PKCE as we want it: S256 only, and asked for at the authorization endpoint already.

    Authlib allows `plain`, and lets a public client without a challenge have a code.
    """

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:  # noqa: ARG002 # Authlib's signature
        """Check the challenge of an authorization request."""
        client: Client = grant.request.client.client
        data = grant.request.payload.data
        problem = find_challenge_problem(
            data.get("code_challenge"),
            data.get("code_challenge_method"),
            is_required=client.require_pkce or not client.is_confidential,
        )
        if problem is not None:
            raise InvalidRequestError(f"{problem} is missing or not S256")

    def validate_code_verifier(self, grant: Any, result: Any) -> None:  # noqa: ARG002 # Authlib's signature
        """Check the verifier of a token request; the code is spent already."""
        code = grant.request.authorization_code.redeemed.code
        # RFC 7636 §4.6: a verifier that does not fit, or is not there, is invalid_grant.
        if not is_verified(grant.request.form.get("code_verifier"), code.code_challenge):
            raise InvalidGrantError("the code_verifier does not fit")
