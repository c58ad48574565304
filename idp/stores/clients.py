"""Registered clients (port ClientStore): those of the site's `clients.yaml` and those added to the database.

Answers come from memory and are at most five seconds old, so a change is followed without a restart. When an id is
in both places, the file wins.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa

from idp.domain.client import Client, ClientAuthMethod, ClientType, ConsentPolicy
from idp.stores.db import METADATA, Database, Store
from idp.stores.mapping import Readers, read_fields, to_json
from idp.stores.types import AnyText, Json, Utc

CLIENTS = sa.Table(
    "clients",
    METADATA,
    sa.Column("id", AnyText, primary_key=True),
    sa.Column("registration", Json, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
)

_READERS: Readers = {
    "type": ClientType,
    "auth_methods": lambda stored: frozenset(map(ClientAuthMethod, stored)),
    "secret_digests": tuple,
    "redirect_uris": tuple,
    "post_logout_redirect_uris": tuple,
    "return_uris": tuple,
    "grant_types": frozenset,
    "scopes": frozenset,
    "starts": frozenset,
    "consent": ConsentPolicy,
}
_FRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Answer:
    clients: Mapping[str, Client]
    stale_at: float


class SqlClientStore(Store):
    """Port ClientStore. `from_site` may read the file again; `seconds` is a clock that only goes forward."""

    def __init__(
        self,
        database: Database,
        from_site: Callable[[], Sequence[Client]],
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(database)
        self._from_site = from_site
        self._seconds = seconds
        self._answer = _Answer({}, stale_at=seconds())

    def get(self, client_id: str) -> Client | None:
        """The client, or None."""
        return self._known().get(client_id)

    def all(self) -> Sequence[Client]:
        """Every client, in order of id."""
        known = self._known()
        return [known[client_id] for client_id in sorted(known)]

    def add(self, client: Client, now: datetime) -> bool:
        """Store a client beside those of `clients.yaml`; False when the id is taken."""
        if any(own.id == client.id for own in self._from_site()):
            return False
        row = {"id": client.id, "registration": to_json(client), "created_at": now}
        is_new = self._database.write(self._database.insert(CLIENTS).on_conflict_do_nothing(), row) > 0
        self._answer = _Answer({}, stale_at=self._seconds())
        return is_new

    def _known(self) -> Mapping[str, Client]:
        answer = self._answer
        now = self._seconds()
        if now < answer.stale_at:
            return answer.clients
        stored = [_to_client(row.registration) for row in self._database.read(sa.select(CLIENTS.c.registration))]
        known = MappingProxyType({client.id: client for client in (*stored, *self._from_site())})
        if not self._database.is_in_unit():
            # What a unit has not committed yet is not for everybody.
            self._answer = _Answer(known, stale_at=now + _FRESH_SECONDS)
        return known


def _to_client(stored: Mapping[str, object]) -> Client:
    return Client(**read_fields(Client, stored, _READERS))
