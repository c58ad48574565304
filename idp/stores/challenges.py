"""One-time codes and links (port ChallengeStore; NIST SP 800-63B §3.1.3.2, §3.2.2).

A try is counted before it is compared, in one statement, so guessing in parallel buys nothing. An address that may
not be let in is compared, counted and answered like any other, and never passes. Secrets are known by digest only.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from idp.domain.challenge import AttemptResult, Challenge, Channel, Lapsed, Passed, Wrong
from idp.domain.values import JsonObject
from idp.stores.db import METADATA, Store, atomic
from idp.stores.mapping import plain
from idp.stores.types import AnyText, Json, Utc

CHALLENGES = sa.Table(
    "challenges",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("journey_id", AnyText, nullable=False, index=True),
    sa.Column("purpose", AnyText, nullable=False),
    sa.Column("channel", AnyText, nullable=False),
    sa.Column("address", AnyText, nullable=False),
    sa.Column("secret_digest", AnyText, nullable=False, index=True),
    sa.Column("is_link", sa.Boolean, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("expires_at", Utc, nullable=False, index=True),
    sa.Column("max_tries", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("matches", sa.Boolean),
    sa.Column("reply", Json),
    sa.Column("spent_at", Utc),
    sa.Column("replaced_at", Utc),
)
_C = CHALLENGES.c
_IS_OPEN = sa.and_(_C.spent_at.is_(None), _C.replaced_at.is_(None))
# The database itself keeps a journey from having two live challenges of one purpose.
_ONE_OPEN = sa.Index(
    "uq_challenges_journey_id_purpose",
    _C.journey_id,
    _C.purpose,
    unique=True,
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)

_NOW = sa.bindparam("now", type_=Utc)
_CAN_BE_TRIED = sa.and_(
    _C.id == sa.bindparam("challenge"), _IS_OPEN, _C.expires_at > _NOW, sa.or_(_C.is_link, _C.tries < _C.max_tries)
)
# One statement counts and locks; a link's 256 bits need no count.
_COUNT = (
    sa.update(CHALLENGES).where(_CAN_BE_TRIED).values(tries=_C.tries + sa.case((_C.is_link, 0), else_=1)).returning(*_C)
)
_SPEND = sa.update(CHALLENGES).where(_C.id == sa.bindparam("challenge"), _IS_OPEN).values(spent_at=_NOW).returning(*_C)
_SENT = (
    sa.select(CHALLENGES)
    .where(_C.journey_id == sa.bindparam("journey"), _C.purpose == sa.bindparam("purpose"))
    .where(_C.channel == sa.bindparam("channel"), _C.address == sa.bindparam("address"))
    .order_by(_C.created_at)
)
_MOST_REPLACEMENTS = 100


class SqlChallengeStore(Store):
    """Port ChallengeStore."""

    @atomic
    def create(self, challenge: Challenge) -> None:
        """Store a new one and end the live ones of the same journey and purpose; of two at once one ends the other."""
        older = (_C.journey_id == challenge.journey_id, _C.purpose == challenge.purpose, _IS_OPEN)
        replace = sa.update(CHALLENGES).where(*older).values(replaced_at=challenge.created_at)
        insert = self._database.insert(CHALLENGES).on_conflict_do_nothing(
            index_elements=[_C.journey_id, _C.purpose], index_where=_IS_OPEN
        )
        for _ in range(_MOST_REPLACEMENTS):
            self._database.write(replace)
            if self._database.write(insert, _to_row(challenge)):
                return
        raise RuntimeError("challenges of one purpose are made faster than they can be replaced")

    def get(self, challenge_id: str) -> Challenge | None:
        """The challenge, or None."""
        return self._load(_C.id == challenge_id)

    def find_link(self, secret_digest: str) -> Challenge | None:
        """The challenge of a link."""
        return self._load(sa.and_(_C.secret_digest == secret_digest, _C.is_link))

    def sent(self, journey_id: str, *, purpose: str, channel: Channel, address: str) -> Sequence[Challenge]:
        """What one journey sent to one address for one purpose, oldest first, until it is purged."""
        values = {"journey": journey_id, "purpose": purpose, "channel": channel.value, "address": address}
        return [_to_challenge(row) for row in self._database.read(_SENT, values)]

    def end_for(self, addresses: Iterable[str], now: datetime, *, but_journey: str | None) -> None:
        """End what waits to be given back for these addresses and numbers, but in one journey."""
        named = sa.func.lower(_C.address).in_([address.lower() for address in addresses])
        ended = sa.update(CHALLENGES).where(_IS_OPEN, named, _C.journey_id != (but_journey or ""))
        self._database.write(ended.values(replaced_at=now))

    @atomic
    def attempt(self, challenge_id: str, secret_digest: str, now: datetime) -> AttemptResult:
        """Compare an answer, counting it: at most `max_tries` comparisons, at most one success, ever.

        A link is spent by its one right answer; wrong ones are not counted.
        """
        values = {"challenge": challenge_id, "now": now}
        counted = self._database.returning(_COUNT, values)
        if not counted:
            return Lapsed(_why_lapsed(self.get(challenge_id), now))
        row = counted[0]
        is_equal = hmac.compare_digest(row.secret_digest.encode(), secret_digest.encode("utf-8", "surrogatepass"))
        if not (is_equal and row.matches is True):
            return Wrong(max(row.max_tries - row.tries, 0))
        spent = self._database.returning(_SPEND, values)
        return Passed(_to_challenge(spent[0])) if spent else Lapsed("spent")

    def resolve(self, challenge_id: str, *, matches: bool, reply: JsonObject | None) -> None:
        """Record what the worker found out about the address."""
        stored = None if reply is None else plain(reply)
        self._database.write(sa.update(CHALLENGES).where(_C.id == challenge_id).values(matches=matches, reply=stored))

    def _load(self, condition: sa.ColumnElement[bool]) -> Challenge | None:
        rows = self._database.read(sa.select(CHALLENGES).where(condition))
        return _to_challenge(rows[0]) if rows else None


def _why_lapsed(challenge: Challenge | None, now: datetime) -> str:
    if challenge is None:
        return "unknown"
    if challenge.spent_at is not None:
        return "spent"
    if challenge.replaced_at is not None:
        return "replaced"
    return "expired" if challenge.expires_at <= now else "too_many"


def _to_row(challenge: Challenge) -> dict[str, object]:
    return {
        "id": challenge.id,
        "journey_id": challenge.journey_id,
        "purpose": challenge.purpose,
        "channel": challenge.channel.value,
        "address": challenge.address,
        "secret_digest": challenge.secret_digest,
        "is_link": challenge.is_link,
        "created_at": challenge.created_at,
        "expires_at": challenge.expires_at,
        "max_tries": challenge.max_tries,
        "tries": challenge.tries,
        "matches": challenge.matches,
        "reply": None if challenge.reply is None else plain(challenge.reply),
        "spent_at": challenge.spent_at,
        "replaced_at": challenge.replaced_at,
    }


def _to_challenge(row: Row[Any]) -> Challenge:
    return Challenge(**{**row._asdict(), "channel": Channel(row.channel)})
