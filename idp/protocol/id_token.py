"""The claim set of an ID token. OpenID Connect Core §2, §3.1.3.6 and §12.2, Back-Channel Logout §2.1 (`sid`)."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta

from idp.domain.grant import Grant
from idp.domain.values import Json

LIFE = timedelta(minutes=10)
TYP = "JWT"


def build_id_token(
    *, issuer: str, grant: Grant, access_token: str, nonce: str | None, now: datetime, claims: dict[str, Json]
) -> dict[str, Json]:
    """Claims of the ID token of a grant with a subject; `claims` about the person never overwrite the token's own.

    On a refresh `nonce` is None and `auth_time` and `sid` stay those of the grant (§12.2).
    """
    own: dict[str, Json] = {
        "iss": issuer,
        "sub": grant.subject_id,
        "aud": grant.client_id,
        "exp": int((now + LIFE).timestamp()),
        "iat": int(now.timestamp()),
        "nonce": nonce,
        "sid": grant.sid,
        "at_hash": half_hash(access_token),
    }
    if (context := grant.context) is not None:
        own |= {"auth_time": int(context.auth_time.timestamp()), "acr": context.acr, "amr": list(context.amr)}
    return claims | {name: value for name, value in own.items() if value is not None}


def half_hash(token: str) -> str:
    """`at_hash` for algorithms with SHA-256, which are all of ours (§3.1.3.6)."""
    digest = hashlib.sha256(token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode("ascii")
