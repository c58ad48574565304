"""Reading ID tokens that come back to us: as a hint who should sign in, or who signs out.

Ours by signature and issuer; an old one is as good a hint as a fresh one.
OpenID Connect Core §3.1.2.1 (`id_token_hint`), OpenID Connect RP-Initiated Logout §2.
"""

from __future__ import annotations

from idp.domain.values import JsonObject
from idp.oauth.parts import OAuthParts
from idp.protocol.compact_jws import peek
from idp.protocol.id_token import TYP


def read_id_token(parts: OAuthParts, token: str) -> JsonObject:
    """The claims of an ID token we signed, whatever its times. Raises ValueError."""
    peek(token)
    claims = parts.keyring.verify(token, typ=(TYP,))
    if claims.get("iss") != parts.issuer or not isinstance(claims.get("sub"), str):
        raise ValueError("not an ID token of this provider")
    return claims
