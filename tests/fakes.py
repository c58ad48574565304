"""The ports in memory, honest: verbs are atomic, units roll back, digests are one-way.

`tests/oauth/test_fake_codes.py` and its like run the contract tests of the real stores on them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from idp.domain.ports import StoreUnavailable
from tests.samples import NOW


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)


class FakeSecrets:
    """Values that are all different and look like real ones."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def token(self) -> str:
        return f"token-{next(self._numbers):037}"

    def identifier(self) -> str:
        return f"identifier-{next(self._numbers):025}"

    def digits(self, length: int) -> str:
        return f"{next(self._numbers):0{length}}"[-length:]

    def reference(self) -> str:
        return f"7K2-{next(self._numbers):03}"


class FakeDigester:
    """One-way, and bound to its purpose."""

    def digest(self, purpose: str, value: str) -> str:
        return sha256(f"{purpose}|{value}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Tables:
    """All that is stored; a unit that fails puts the whole back."""

    rows: dict[str, dict[Any, Any]] = field(default_factory=dict)
    answers: int | None = None
    """After so many more answers the database is away."""

    @contextmanager
    def unit(self) -> Iterator[None]:
        before = {name: {key: _kept(row) for key, row in rows.items()} for name, rows in self.rows.items()}
        try:
            yield
        except BaseException:
            self.rows = before
            raise

    def __getitem__(self, name: str) -> dict[Any, Any]:
        if self.answers is not None:
            if self.answers <= 0:
                raise StoreUnavailable("away")
            self.answers -= 1
        return self.rows.setdefault(name, {})


def _kept(row: Any) -> Any:
    """A row as it is now; most are frozen values."""
    return type(row)(row) if isinstance(row, dict | set) else row


class Fake:
    """A store on shared tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables


class FakeClients(Fake):
    def get(self, client_id):
        return self.tables["clients"].get(client_id)

    def all(self):
        return [client for _, client in sorted(self.tables["clients"].items())]

    def add(self, client, now):
        return self.tables["clients"].setdefault(client.id, client) is client


class FakeSubjects(Fake):
    def hold(self, subject_id):
        """Alone anyway."""

    def get(self, subject_id):
        return self.tables["subjects"].get(subject_id)

    def put(self, subject):
        self.tables["subjects"][subject.id] = subject

    def has_signed_in(self, subject_id, client_id):
        return (subject_id, client_id) in self.tables["sign_ins"]

    def record_sign_in(self, subject_id, client_id, now):
        self.tables["sign_ins"].setdefault((subject_id, client_id), now)


class FakeSessions(Fake):
    def create(self, session):
        self.tables["sessions"][session.id] = session

    def get(self, session_id):
        return self.tables["sessions"].get(session_id)

    def find(self, token_digest, now):
        found = (item for item in self.tables["sessions"].values() if item.token_digest == token_digest)
        return next((item for item in found if self._is_live(item, now)), None)

    def find_by_journey(self, journey_id):
        found = (item for item in self.tables["sessions"].values() if item.journey_id == journey_id)
        return next((item for item in found if item.ended_at is None), None)

    def raise_to(self, session_id, *, token_digest, events, journey_id, now, expires_at):
        return self._change(
            session_id,
            now,
            token_digest=token_digest,
            events=events,
            journey_id=journey_id,
            last_seen_at=now,
            expires_at=expires_at,
        )

    def touch(self, session_id, now, expires_at):
        self._change(session_id, now, last_seen_at=now, expires_at=expires_at)

    def end(self, session_id, now):
        session = self.get(session_id)
        if session is None or session.ended_at is not None:
            return False
        self.create(replace(session, ended_at=now))
        return True

    def add_client(self, session_id, client_id):
        self.tables["session_clients"].setdefault(session_id, set()).add(client_id)

    def clients(self, session_id):
        return sorted(self.tables["session_clients"].get(session_id, ()))

    def _is_live(self, session, now):
        return session is not None and session.ended_at is None and session.expires_at > now

    def _change(self, session_id, now, **changes: Any):
        session = self.get(session_id)
        if not self._is_live(session, now):
            return False
        self.create(replace(session, **changes))
        return True


class FakeInteractions(Fake):
    def create(self, interaction):
        self.tables["interactions"][interaction.id] = interaction

    def get(self, interaction_id, now):
        found = self.tables["interactions"].get(interaction_id)
        return found if found is not None and found.expires_at > now else None

    def asked(self, interaction_id, journey_id, reason):
        found = self.tables["interactions"][interaction_id]
        self.create(replace(found, journey_id=journey_id, asked=(*found.asked, reason)))

    def finish(self, interaction_id, now):
        found = self.tables["interactions"].get(interaction_id)
        if found is None or found.finished_at is not None:
            return False
        self.create(replace(found, finished_at=now))
        return True


class FakeJourneys(Fake):
    def create(self, journey):
        self.tables["journeys"][journey.id] = journey

    def get(self, journey_id):
        return self.tables["journeys"].get(journey_id)

    def save(self, journey, *, expected_state_no):
        if self.tables["journeys"][journey.id].state_no != expected_state_no:
            return False
        self.create(journey)
        return True

    def end_all(self, subject_id, now, *, but):
        live = [one for one in self.tables["journeys"].values() if one.subject_id == subject_id and one.id != but]
        ended = [one for one in live if one.expires_at > now]
        for journey in ended:
            self.create(replace(journey, expires_at=now, state_no=journey.state_no + 1))
        return len(ended)


class FakeConsents(Fake):
    def get(self, subject_id, client_id):
        return self.tables["consents"].get((subject_id, client_id))

    def remember(self, consent):
        key = (consent.subject_id, consent.client_id)
        before = self.tables["consents"].get(key)
        scopes = consent.scopes | (before.scopes if before else frozenset())
        self.tables["consents"][key] = replace(consent, scopes=scopes)


class FakeReplays(Fake):
    def first_use(self, issuer, jti, expires_at, now):
        before = self.tables["replays"].get((issuer, jti))
        if before is not None and before > now:
            return False
        self.tables["replays"][issuer, jti] = expires_at
        return True


class FakeOutbox(Fake):
    def add(self, job):
        self.tables["jobs"][job.id] = job

    @property
    def jobs(self):
        return list(self.tables["jobs"].values())


class FakeAudit(Fake):
    def record(self, event):
        self.tables["audit"][len(self.tables["audit"])] = event

    @property
    def kinds(self):
        return [event.kind.value for event in self.tables["audit"].values()]
