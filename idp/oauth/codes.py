"""Answering an authorization request with a code: a grant, its code, and what is remembered about the sign-in.

RFC 6749 §4.1.2 and §10.5, OpenID Connect Core §3.1.2.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.domain.authorization import AuthorizationRequest
from idp.domain.client import Client
from idp.domain.grant import AuthorizationCode, Grant
from idp.domain.session import Session
from idp.oauth.parts import CODE, CODE_LIFE, OAuthParts
from idp.protocol.assurance import build_context
from idp.protocol.claims import names_in
from idp.protocol.scopes import OFFLINE_ACCESS


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOrder:
    """A request that may be answered. `grant_id` is given where the answer may be asked for again."""

    request: AuthorizationRequest
    client: Client
    session: Session
    grant_id: str | None = None


def issue_code(parts: OAuthParts, order: CodeOrder) -> str:
    """Store grant and code, and say the code's text. Call it inside a unit of work."""
    now = parts.clock.now()
    text = parts.secrets.token()
    grant = _build_grant(parts, order, now)
    parts.grants.create(grant, _build_code(parts, order, grant.id, text))
    parts.sessions.add_client(order.session.id, order.client.id)
    parts.subjects.record_sign_in(order.session.subject_id, order.client.id, now)
    return text


def reissue_code(parts: OAuthParts, order: CodeOrder) -> str | None:
    """Another code in the place of the grant's, which nobody has spent; None when somebody has."""
    text = parts.secrets.token()
    code = _build_code(parts, order, order.grant_id or "", text)
    return text if parts.grants.replace_code(code) else None


def _build_grant(parts: OAuthParts, order: CodeOrder, now: datetime) -> Grant:
    request, session, client = order.request, order.session, order.client
    context = build_context(
        session.events, parts.levels, essential=names_in(request.claims, "acr"), least=client.min_acr
    )
    return Grant(
        id=order.grant_id or parts.secrets.identifier(),
        client_id=client.id,
        subject_id=session.subject_id,
        session_id=session.id,
        sid=session.sid,
        scopes=request.scopes,
        context=context,
        claims=request.claims,
        created_at=now,
        expires_at=now + _life(client, request.scopes),
    )


def _life(client: Client, scopes: tuple[str, ...]) -> timedelta:
    """The absolute end of all that comes of a grant: its refresh tokens, or else its one access token."""
    if OFFLINE_ACCESS in scopes:
        return timedelta(seconds=client.refresh_absolute_seconds)
    return CODE_LIFE + timedelta(seconds=client.access_token_seconds)


def _build_code(parts: OAuthParts, order: CodeOrder, grant_id: str, text: str) -> AuthorizationCode:
    request = order.request
    return AuthorizationCode(
        digest=parts.digester.digest(CODE, text),
        grant_id=grant_id,
        client_id=request.client_id,
        redirect_uri=request.redirect_uri,
        code_challenge=request.code_challenge,
        nonce=request.nonce,
        expires_at=parts.clock.now() + CODE_LIFE,
    )
