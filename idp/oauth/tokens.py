"""Making tokens: opaque access and refresh tokens known by their digests, and the signed ID token.

Lifetimes come from the client's record (Authlib's own default is ten days). Everything is stored through the ports in
the caller's transaction. RFC 6749 §5.1, RFC 6750 §5.2, OpenID Connect Core §3.1.3.3 and §12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.client import Client
from idp.domain.grant import AccessToken, Grant, RefreshToken
from idp.domain.subject import Subject
from idp.domain.values import Json
from idp.oauth.parts import ACCESS, REFRESH, OAuthParts
from idp.protocol.claims import names_in
from idp.protocol.id_token import TYP, build_id_token
from idp.protocol.scopes import OFFLINE_ACCESS, OPENID, REFRESH_GRANT_TYPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made, for whom. `refresh_token` is one that is stored already; None leaves that to the scopes."""

    client: Client
    grant: Grant
    scopes: tuple[str, ...]
    subject: Subject | None = None
    nonce: str | None = None
    refresh_token: str | None = None
    grant_type: str


class TokenMaker:
    """Makes and stores the tokens of one answer."""

    def __init__(self, parts: OAuthParts) -> None:
        self._parts = parts

    def make(self, order: Order) -> dict[str, Json]:
        """The token response (RFC 6749 §5.1); its tokens and an audit event are stored."""
        parts = self._parts
        now = parts.clock.now()
        access_token = parts.secrets.token()
        access = self._build_access(order, access_token, now)
        refresh_token, refresh = self._build_refresh(order, now)
        parts.grants.save_tokens(access, refresh)
        self._record(order, now)
        answer: dict[str, Json] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": int((access.expires_at - now).total_seconds()),
            "refresh_token": refresh_token,
            "scope": " ".join(order.scopes),
            "id_token": self._sign_id_token(order, access_token, now),
        }
        return {name: value for name, value in answer.items() if value is not None}

    def successor(self, client: Client, token: str, now: datetime) -> RefreshToken:
        """The refresh token that takes another's place; grant and scopes are the old one's."""
        return RefreshToken(
            digest=self._parts.digester.digest(REFRESH, token),
            grant_id="",
            client_id=client.id,
            scopes=(),
            issued_at=now,
            expires_at=now + timedelta(seconds=client.refresh_idle_seconds),
        )

    def _build_access(self, order: Order, token: str, now: datetime) -> AccessToken:
        end = now + timedelta(seconds=order.client.access_token_seconds)
        return AccessToken(
            digest=self._parts.digester.digest(ACCESS, token),
            grant_id=order.grant.id,
            client_id=order.client.id,
            subject_id=order.grant.subject_id,
            scopes=order.scopes,
            audience=None,
            issued_at=now,
            expires_at=min(end, order.grant.expires_at),
        )

    def _build_refresh(self, order: Order, now: datetime) -> tuple[str | None, RefreshToken | None]:
        # OpenID Connect Core §11: only what was granted for use while the person is away can be refreshed.
        if order.refresh_token is not None or OFFLINE_ACCESS not in order.grant.scopes:
            return order.refresh_token, None
        if REFRESH_GRANT_TYPE not in order.client.grant_types:
            return None, None
        token = self._parts.secrets.token()
        end = now + timedelta(seconds=order.client.refresh_idle_seconds)
        stored = RefreshToken(
            digest=self._parts.digester.digest(REFRESH, token),
            grant_id=order.grant.id,
            client_id=order.client.id,
            scopes=order.grant.scopes,
            issued_at=now,
            expires_at=min(end, order.grant.expires_at),
        )
        return token, stored

    def _sign_id_token(self, order: Order, access_token: str, now: datetime) -> str | None:
        if order.subject is None or OPENID not in order.scopes:
            return None
        catalog = self._parts.catalog
        # OpenID Connect Core §5.4: claims of scopes are at userinfo, unless the client's record wants them here.
        of_scopes = catalog.of_scopes(order.scopes) if order.client.id_token_claims else ()
        names = (*of_scopes, *names_in(order.grant.claims, "id_token"))
        claims = build_id_token(
            issuer=self._parts.issuer,
            grant=order.grant,
            access_token=access_token,
            nonce=order.nonce,
            now=now,
            claims=catalog.build(order.subject, names),
        )
        return self._parts.keyring.sign(order.client.id_token_alg, claims, typ=TYP)

    def _record(self, order: Order, now: datetime) -> None:
        self._parts.audit.record(
            AuditEvent(
                kind=AuditKind.TOKENS_ISSUED,
                at=now,
                actor=f"client:{order.client.id}",
                subject_id=order.grant.subject_id,
                client_id=order.client.id,
                detail={"grant_id": order.grant.id, "grant_type": order.grant_type, "scopes": list(order.scopes)},
            )
        )
