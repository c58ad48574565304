"""The userinfo answer: the claims that the token's scopes and the `claims` parameter gave. OpenID Connect Core §5.3."""

from __future__ import annotations

from idp.domain.values import Json
from idp.oauth.parts import ACCESS, OAuthParts
from idp.protocol.claims import names_in
from idp.protocol.errors import BearerError, ErrorCode
from idp.protocol.scopes import OPENID


def answer_userinfo(parts: OAuthParts, token: str) -> dict[str, Json]:
    """Claims about the token's subject. Raises BearerError."""
    found = parts.grants.find_access(parts.digester.digest(ACCESS, token), parts.clock.now())
    if found is None:
        raise BearerError(ErrorCode.INVALID_TOKEN, detail="unknown, expired or revoked")
    access, grant = found
    # RFC 9068 §4, RFC 6750 §5.2: a token for another resource opens nothing here.
    if access.audience not in {None, parts.issuer}:
        raise BearerError(ErrorCode.INVALID_TOKEN, detail=f"made for {access.audience}")
    subject = None if grant.subject_id is None else parts.subjects.get(grant.subject_id)
    if subject is None or not subject.is_active:
        raise BearerError(ErrorCode.INVALID_TOKEN, detail=f"grant {grant.id} has no subject that may sign in")
    if OPENID not in access.scopes:
        raise BearerError(ErrorCode.INSUFFICIENT_SCOPE, detail="no openid")
    names = (*parts.catalog.of_scopes(access.scopes), *names_in(grant.claims, "userinfo"))
    return {"sub": subject.id, **parts.catalog.build(subject, names)}
