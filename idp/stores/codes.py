"""Authorization codes: stored with their grant, spent once (RFC 6749 §4.1.2, §10.5).

A spent code is kept as long as its grant, so that a replay is still known for what it is.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from idp.domain.authorization import TrustedRedirect
from idp.domain.grant import AuthorizationCode, CodeReplayed, Redeemed, RedeemResult, UnknownCode
from idp.stores.db import METADATA
from idp.stores.grant_rows import GRANTS, NOW, GrantRows, has_live_grant, is_live
from idp.stores.types import AnyText, Utc

CODES = sa.Table(
    "authorization_codes",
    METADATA,
    sa.Column("digest", AnyText, primary_key=True),
    sa.Column("grant_id", sa.ForeignKey(GRANTS.c.id, ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("client_id", AnyText, nullable=False),
    sa.Column("redirect_uri", AnyText, nullable=False),
    sa.Column("code_challenge", AnyText),
    sa.Column("nonce", AnyText),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("redeemed_at", Utc),
)

_IS_THIS_CLIENTS = sa.and_(CODES.c.digest == sa.bindparam("code_digest"), CODES.c.client_id == sa.bindparam("client"))
# RFC 6749 §4.1.2: a code is used once; §4.1.3: by the client it was issued to.
_SPEND = (
    sa.update(CODES)
    .where(_IS_THIS_CLIENTS, CODES.c.redeemed_at.is_(None), CODES.c.expires_at > NOW, has_live_grant(CODES))
    .values(redeemed_at=NOW)
    .returning(*CODES.c)
)
_REPLACE = sa.update(CODES).where(
    CODES.c.grant_id == sa.bindparam("grant"),
    CODES.c.client_id == sa.bindparam("client"),
    CODES.c.redeemed_at.is_(None),
    sa.exists().where(GRANTS.c.id == CODES.c.grant_id, GRANTS.c.revoked_at.is_(None)).correlate(CODES),
)
_FIND_SPENT = (
    sa.select(CODES.c.grant_id)
    .join(GRANTS, GRANTS.c.id == CODES.c.grant_id)
    .where(_IS_THIS_CLIENTS, CODES.c.redeemed_at.is_not(None), is_live())
)


class CodeVerbs(GrantRows):
    """The verbs of GrantStore that are about codes."""

    def redeem(self, code_digest: str, *, client_id: str, now: datetime) -> RedeemResult:
        """Spend a code with one conditional statement; only one caller ever gets `Redeemed`.

        A code of another client, an expired one and one whose grant has ended are all unknown.
        """
        values = {"code_digest": code_digest, "client": client_id, "now": now}
        spent = self._database.returning(_SPEND, values)
        if not spent:
            replayed = self._database.read(_FIND_SPENT, values)
            return CodeReplayed(replayed[0].grant_id) if replayed else UnknownCode()
        row = spent[0]
        grant = self._load_grant(row.grant_id)
        if grant is None:
            return UnknownCode()
        return Redeemed(
            AuthorizationCode(
                digest=row.digest,
                grant_id=row.grant_id,
                client_id=row.client_id,
                redirect_uri=TrustedRedirect(row.redirect_uri),
                code_challenge=row.code_challenge,
                nonce=row.nonce,
                expires_at=row.expires_at,
            ),
            grant,
        )

    def replace_code(self, code: AuthorizationCode) -> bool:
        """Put a code in the place of its grant's unspent one, with one conditional statement.

        False, and nothing stored, when the grant's code was spent or the grant is unknown or revoked.
        """
        values = {"grant": code.grant_id, "client": code.client_id}
        return self._database.write(_REPLACE.values(_secret_parts(code)), values) > 0

    def _add_code(self, code: AuthorizationCode) -> None:
        own = {"grant_id": code.grant_id, "client_id": code.client_id}
        self._database.write(sa.insert(CODES), {**own, **_secret_parts(code)})


def _secret_parts(code: AuthorizationCode) -> dict[str, object]:
    return {
        "digest": code.digest,
        "redirect_uri": code.redirect_uri,
        "code_challenge": code.code_challenge,
        "nonce": code.nonce,
        "expires_at": code.expires_at,
    }
