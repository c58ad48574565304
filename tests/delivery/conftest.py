"""A worker on real stores (SQLite), with a clock, senders and hooks that do what a test says."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from idp.delivery.handlers import HANDLERS
from idp.delivery.housekeeping import Housekeeping
from idp.delivery.pace import Pace
from idp.delivery.ports import DeliveryPorts
from idp.delivery.worker import Worker
from idp.domain.challenge import Challenge, Channel
from idp.domain.outbox import Job, JobKind, Message
from idp.domain.ports import HookFailed
from idp.domain.subject import Subject, SubjectStatus
from idp.providers.crypto import AesSealer, load_secret_keys
from idp.providers.system import SystemClock, SystemSecrets
from idp.stores import Database, build_stores
from idp.stores.migrations import upgrade
from idp.stores.outbox import OUTBOX

START = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
ADDRESS = "hanako@example.jp"


class SetClock:
    """Stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self):
        return self.at

    def move(self, **amount: float):
        self.at += timedelta(**amount)


class Senders(dict):
    """One sender for every channel; `fails` are raised in turn."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(Channel, self))
        self.sent, self.fails = [], []

    def send(self, message):
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append(message)


class Hooks:
    """Answers with `reply`, or raises it; does `meanwhile` before."""

    def __init__(self) -> None:
        self.calls, self.reply, self.meanwhile = [], {"found": False}, lambda: None

    def call(self, hook, payload, *, idempotency_key):
        self.calls.append((hook, dict(payload), idempotency_key))
        self.meanwhile()
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class Notifier:
    """Keeps what it posts."""

    def __init__(self) -> None:
        self.posted = []

    def post(self, url, token):
        self.posted.append((url, token))


class PlainKeyring:
    """Signs nothing; shows what it was asked for."""

    def sign(self, alg, claims, *, typ):
        return {"alg": alg, "typ": typ, **claims}


class Journeys:
    """Live versions as a test says."""

    def __init__(self) -> None:
        self.versions, self.asked = frozenset(), []

    def live_versions(self, now):
        self.asked.append(now)
        return self.versions


class FlowVersions:
    """Remembers what was to be kept."""

    def __init__(self) -> None:
        self.kept = []

    def purge(self, keep):
        self.kept.append(keep)


def render(payload, message_id):
    text = f"{payload['template']} {payload['code'] or payload['link'] or ''}".strip()
    return Message(
        id=message_id,
        channel=Channel(payload["channel"]),
        to=payload["to"],
        text=text,
        code=payload["code"],
        link=payload["link"],
        locale=payload["locale"],
    )


@dataclass
class Bench:
    """Everything a delivery test touches."""

    database: Database
    stores: object
    secrets: SystemSecrets
    clock: SetClock = field(default_factory=SetClock)
    senders: Senders = field(default_factory=Senders)
    hooks: Hooks = field(default_factory=Hooks)
    notifier: Notifier = field(default_factory=Notifier)
    journeys: Journeys = field(default_factory=Journeys)
    flow_versions: FlowVersions = field(default_factory=FlowVersions)

    @property
    def ports(self):
        return DeliveryPorts(
            issuer="http://localhost:9000",
            clock=self.clock,
            secrets=self.secrets,
            transactions=self.stores.transactions,
            outbox=self.stores.outbox,
            challenges=self.stores.challenges,
            subjects=self.stores.subjects,
            clients=self.stores.clients,
            hooks=self.hooks,
            keyring=PlainKeyring(),
            notifier=self.notifier,
            senders=self.senders,
            render=render,
        )

    def worker(self, **more: object):
        ports = self.ports
        values = {
            "outbox": self.stores.outbox,
            "handle": lambda job: HANDLERS[job.kind](job, ports),
            "housekeeping": self.housekeeping(),
            "clock": self.clock,
            "secrets": self.secrets,
            "pace": Pace(lease=timedelta(seconds=30)),
        }
        return Worker(**{**values, **more})

    def housekeeping(self, purger=None):
        return Housekeeping(
            clock=self.clock,
            transactions=self.stores.transactions,
            purger=purger or self.stores.purger,
            journeys=self.journeys,
            flow_versions=self.flow_versions,
            current_versions=lambda: frozenset({"today"}),
        )

    def add(self, kind, payload, *, life=timedelta(minutes=10), **more: object):
        now = self.clock.now()
        job = Job(id=self.secrets.identifier(), kind=kind, payload=payload, due_at=now, expires_at=now + life, **more)
        self.stores.outbox.add(job)
        return job

    def add_message(self, **changes: object):
        payload = {
            "template": "code",
            "channel": "mail",
            "to": ADDRESS,
            "locale": "ja",
            "params": {},
            "code": "048213",
            "link": None,
        }
        return self.add(JobKind.MESSAGE, {**payload, **changes})

    def add_challenge(self, let_in="known", *, is_link=False, hook=None, otherwise="no_account", address=ADDRESS):
        now = self.clock.now()
        challenge = Challenge(
            id=self.secrets.identifier(),
            journey_id="j1",
            purpose="email",
            channel=Channel.MAIL,
            address=address,
            secret_digest="d" * 64,
            is_link=is_link,
            created_at=now,
            expires_at=now + timedelta(minutes=10),
            matches=None,
        )
        self.stores.challenges.create(challenge)
        payload = {
            "challenge_id": challenge.id,
            "template": "sign_up_link" if is_link else "code",
            "channel": "mail",
            "address": address,
            "locale": "ja",
            "secret": "http://localhost:9000/link/abc" if is_link else "048213",
            "let_in": let_in,
            "hook": hook,
            "send": None if hook is None else {"email": address},
            "otherwise": otherwise,
            "params": {"client_id": "portal"},
        }
        self.add(JobKind.CHALLENGE, payload)
        return challenge

    def add_subject(self, email=ADDRESS, status=SubjectStatus.ACTIVE):
        now = self.clock.now()
        subject = Subject(
            id=self.secrets.identifier(),
            status=status,
            email=email,
            email_verified_at=now,
            created_at=now,
            updated_at=now,
        )
        assert self.stores.subjects.create(subject)
        return subject

    def deliver(self):
        """Do everything that is due, as one worker after another would."""
        worker = self.worker()
        while any(worker.turn(kind) for kind in JobKind):
            pass

    def jobs(self, kind=None):
        """Rows of the outbox as they are."""
        query = sa.select(OUTBOX).order_by(OUTBOX.c.id)
        return [row for row in self.database.read(query) if kind is None or row.kind == kind.value]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    path = tmp_path_factory.mktemp("delivery") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    database.close()
    return path


@pytest.fixture
def bench(migrated, tmp_path):
    path = shutil.copy(migrated, tmp_path / "sekisho.sqlite3")
    secrets = SystemSecrets(SystemClock())
    sealer = AesSealer(load_secret_keys(tmp_path / "keys", secrets), secrets)
    database = Database(f"sqlite:///{path}")
    stores = build_stores(database, sealer=sealer, secrets=secrets, clients_from_site=lambda: CLIENTS)
    yield Bench(database=database, stores=stores, secrets=secrets)
    database.close()


CLIENTS = []


@pytest.fixture
def clients():
    CLIENTS.clear()
    yield CLIENTS
    CLIENTS.clear()


@pytest.fixture
def hook_failed():
    return HookFailed("registry: status 503")
