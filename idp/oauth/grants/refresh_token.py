"""The refresh token: each use makes a successor, a lost answer may be asked for again for 30 seconds.

What looks like theft ends the family. Scope may be narrowed, never widened; `auth_time` and `sid` stay those of the
sign-in. RFC 6749 §6, RFC 9700 §4.14.2, OpenID Connect Core §12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import InvalidScopeError
from authlib.oauth2.rfc6749.grants import RefreshTokenGrant

from idp.domain.audit import AuditKind
from idp.domain.grant import RefreshReplayed, Rotated, UnknownRefreshToken
from idp.domain.subject import Subject
from idp.domain.values import Json
from idp.oauth.client_view import ClientView
from idp.oauth.grants.base import EngineGrant
from idp.oauth.parts import REFRESH, REFRESH_RETRY
from idp.protocol.scopes import BadScope, narrowed_scopes, parse_scopes


@dataclass(frozen=True, slots=True)
class SpentRefreshToken:
    """A refresh token that this request has spent, and its successor, as Authlib asks about it."""

    rotated: Rotated
    successor: str
    scopes: tuple[str, ...]

    def check_client(self, client: ClientView) -> bool:
        """True for the client it was made for."""
        return self.rotated.grant.client_id == client.client.id

    def get_scope(self) -> str:
        """What was granted."""
        return " ".join(self.rotated.scopes)


class RefreshGrant(EngineGrant, RefreshTokenGrant):
    """`grant_type=refresh_token`."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> SpentRefreshToken | None:
        """Spend the token and store its successor. None when that did not succeed."""
        parts = self.server.parts
        now = parts.clock.now()
        client = self.request.registered
        digest = parts.digester.digest(REFRESH, refresh_token)
        wanted = self._read_scopes()
        if wanted and (found := parts.grants.find_refresh(digest, now)) is not None:
            # A wish for too much is refused before the token is spent: an honest client may ask again.
            self._narrow(found[0].scopes, wanted)
        token = parts.secrets.token()
        successor = self.server.maker.successor(client, token, now)
        match parts.grants.rotate(digest, successor=successor, client_id=client.id, now=now, retry=REFRESH_RETRY):
            case Rotated() as rotated:
                return SpentRefreshToken(rotated, token, self._narrow(rotated.scopes, wanted))
            case RefreshReplayed(grant_id=grant_id):
                # RFC 9700 §4.14.2: nobody can tell the thief from the owner, so both lose the family.
                self.end_family(grant_id, AuditKind.REFRESH_REPLAYED)
                return None
            case UnknownRefreshToken():
                return None

    def authenticate_user(self, refresh_token: SpentRefreshToken) -> Subject:
        """The subject, if it still may sign in (Authlib would say invalid_request for nobody)."""
        return self.load_subject(refresh_token.rotated.grant)

    def issue_token(self, user: Subject, refresh_token: SpentRefreshToken) -> dict[str, Json]:
        """Tokens for what was asked for, at most what was granted."""
        return self.make_tokens(
            refresh_token.rotated.grant,
            scopes=refresh_token.scopes,
            subject=user,
            refresh_token=refresh_token.successor,
        )

    def revoke_old_credential(self, refresh_token: Any) -> None:
        """Nothing to do: rotating has spent it."""

    def _read_scopes(self) -> tuple[str, ...]:
        try:
            return parse_scopes(self.request.payload.scope)
        except BadScope:
            raise InvalidScopeError from None

    def _narrow(self, granted: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
        scopes = narrowed_scopes(granted, wanted)
        if scopes is None:
            raise InvalidScopeError
        return scopes
