"""Finding the token that a client asks about, whichever kind it is."""

from __future__ import annotations

from datetime import datetime

from idp.domain.grant import AccessToken, Grant, RefreshToken
from idp.oauth.parts import ACCESS, REFRESH, OAuthParts
from idp.oauth.request import EngineRequest
from idp.protocol.errors import ErrorCode, TokenError

Found = tuple[AccessToken | RefreshToken, Grant]


def find_token(parts: OAuthParts, request: EngineRequest) -> Found | None:
    """The live token named by `token`, with its grant. Raises TokenError without one.

    `token_type_hint` only says where to look first (RFC 7009 §2.1, RFC 7662 §2.1).
    """
    text = read_token(request)
    now = parts.clock.now()
    if request.form.get("token_type_hint") == "refresh_token":
        return _find_refresh(parts, text, now) or _find_access(parts, text, now)
    return _find_access(parts, text, now) or _find_refresh(parts, text, now)


def read_token(request: EngineRequest) -> str:
    """The text of the parameter `token`. Raises TokenError without one."""
    text = request.form.get("token")
    if text is None:
        raise TokenError(ErrorCode.INVALID_REQUEST, detail="token is missing")
    return text


def _find_access(parts: OAuthParts, text: str, now: datetime) -> Found | None:
    return parts.grants.find_access(parts.digester.digest(ACCESS, text), now)


def _find_refresh(parts: OAuthParts, text: str, now: datetime) -> Found | None:
    return parts.grants.find_refresh(parts.digester.digest(REFRESH, text), now)
