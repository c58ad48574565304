"""A walker: real flows, real steps and real stores on SQLite, with a clock, hooks and a password hasher of its own.

The worker's part (finding out whom an address belongs to, handing out codes) is played by `deliver`, which reads the
outbox like the real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from idp.config.site_folder import Frame, load_folder
from idp.domain.client import Client
from idp.domain.journey import Journey
from idp.domain.outbox import JobKind
from idp.domain.ports import HookFailed
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, Phone, Subject, SubjectStatus
from idp.domain.values import JsonObject
from idp.flows.assembly import build_runtime
from idp.flows.outcome import Outcome
from idp.flows.runtime import FlowRuntime, Stale, Start
from idp.flows.screen import Screen
from idp.flows.step import Registry, StepPorts
from idp.providers.crypto import AesSealer, KeyedDigester, load_secret_keys
from idp.providers.system import SystemSecrets
from idp.steps import REGISTRY
from idp.stores import Database, build_stores
from idp.stores.migrations import upgrade

SITE = Path(__file__).resolve().parents[2]
START = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at

    def wait(self, **span: float) -> None:
        self.at += timedelta(**span)


class PlainHasher:
    """Compares plainly; the real one is slow on purpose."""

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def verify(self, encoded: str | None, password: str) -> bool:
        return encoded == f"plain:{password}"

    def is_outdated(self, encoded: str) -> bool:
        return False


class FewBreached:
    def contains(self, password: str) -> bool:
        return password == "Password1!"


@dataclass
class FakeHooks:
    """The member registry and the joining system."""

    people: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    is_down: bool = False
    asked: list[JsonObject] = field(default_factory=list)

    def call(self, hook: str, payload: JsonObject, *, idempotency_key: str) -> JsonObject:
        if self.is_down:
            raise HookFailed("down")
        self.asked.append(payload)
        born = payload.get("birth_date")
        found = [p for p in self.people.get(str(payload["email"]), []) if born in (None, p["birth_date"])]
        if len(found) == 1:
            return {"found": True, "count": 1, **found[0]}
        return {"found": bool(found), "count": len(found)}


@dataclass
class Mail:
    """What left the house."""

    template: str
    channel: str
    to: str
    secret: str | None


@dataclass
class Bench:
    """One site with its stores; `walk` begins a journey."""

    runtime: FlowRuntime
    stores: Any
    clock: SetClock
    hooks: FakeHooks
    clients: Mapping[str, Client]
    ports: StepPorts
    sent: list[Mail] = field(default_factory=list)

    def walk(self, flow: str, client: str = "portal", **more: Any) -> Walk:
        start = Start(flow=flow, client=self.clients[client], browser_digest="b1", locale="ja", **more)
        return Walk(self, self.runtime.begin(start))

    def sign_in(self, client: str = "portal", **more: Any) -> Walk:
        """A journey for an authorization request of the client."""
        found = self.clients[client]
        request = {"reason": "login", "scopes": sorted(found.scopes & {"openid", "profile", "email"})} | more.pop(
            "request", {}
        )
        return self.walk(found.flow, client, wanted_acr=found.min_acr, interaction_id="i1", request=request, **more)

    def member(self, email: str, password: str | None = None, phone: str | None = None, **attributes: Any) -> Subject:
        """An account that is there already."""
        now = self.clock.now()
        subject = Subject(
            id=f"s-{email}",
            status=SubjectStatus.ACTIVE,
            email=email,
            email_verified_at=now,
            created_at=now,
            updated_at=now,
            attributes=attributes,
            phones=(Phone(number=phone, verified_at=now),) if phone else (),
        )
        assert self.stores.subjects.create(subject)
        if phone:
            self.stores.subjects.add_phone(subject.id, phone, now)
        if password:
            self.stores.passwords.set(subject.id, f"plain:{password}", now)
        return subject

    def deliver(self) -> list[Mail]:
        """Empty the outbox the way the worker does, newest last; returns what was sent just now."""
        new: list[Mail] = []
        for job in self.stores.outbox.claim(self.clock.now(), lease=timedelta(minutes=1), limit=100):
            payload = job.payload
            if job.kind is JobKind.CHALLENGE:
                new += self._resolve(payload)
            elif job.kind is JobKind.MESSAGE:
                new.append(Mail(str(payload["template"]), str(payload["channel"]), str(payload["to"]), None))
            elif job.kind is JobKind.HOOK:
                self.hooks.asked.append(payload["send"])
            self.stores.outbox.done(job.id)
        self.sent += new
        return new

    def _resolve(self, payload: Any) -> list[Mail]:
        found = self.stores.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, payload["address"])
        good = Mail(payload["template"], payload["channel"], payload["address"], payload["secret"])
        other = Mail(payload["otherwise"] or "-", "mail", payload["address"], None)
        let_in, reply = payload["let_in"], None
        if let_in == "nobody":
            return []
        fits = let_in == "anyone" or (found is not None) == (let_in == "known")
        if let_in == "known" and found is None and payload["hook"]:
            try:
                reply = self.hooks.call(payload["hook"], payload["send"], idempotency_key="x")
                fits = bool(reply["found"])
            except HookFailed:
                other = replace(other, template="try_later")
        if let_in != "anyone":
            self.stores.challenges.resolve(payload["challenge_id"], matches=fits, reply=reply if fits else None)
        return [good if fits else other]


@dataclass
class Walk:
    """One person in one journey."""

    bench: Bench
    journey: Journey

    def look(self) -> Screen | Outcome:
        self.journey, shown = self.bench.runtime.look(self.journey)
        return shown

    @property
    def screen(self) -> Screen:
        shown = self.look()
        assert isinstance(shown, Screen), shown
        return shown

    @property
    def page(self) -> str:
        return self.screen.page

    @property
    def problems(self) -> list[str]:
        return [problem.message for problem in self.screen.problems]

    @property
    def notices(self) -> list[str]:
        return [notice.message for notice in self.screen.notices]

    def press(self, action: str, **fields: str) -> Walk:
        """Submit the page; date fields as `birth_date="2007-04-02"`."""
        form = {"action": action}
        for name, value in fields.items():
            if name.endswith("_date"):
                form |= dict(zip((f"{name}-year", f"{name}-month", f"{name}-day"), value.split("-"), strict=True))
            else:
                form[name] = value
        self.journey = self.bench.runtime.submit(self.journey, form)
        return self

    def code(self) -> str:
        """The newest code that was sent."""
        sent = self.bench.deliver()
        return next(mail.secret for mail in reversed(sent) if mail.secret)  # type: ignore[return-value]


def build_bench(folder: Path, *, site: Path = SITE, registry: Registry = REGISTRY) -> Bench:
    read = load_folder(site, Frame(is_development=True))
    assert not read.findings
    assert read.site is not None
    assert read.attributes is not None
    assert read.clients is not None
    clock, hooks = SetClock(), FakeHooks()
    secrets = SystemSecrets(clock)
    keys = load_secret_keys(folder, secrets)
    database = Database(f"sqlite:///{folder / 'test.sqlite3'}")
    upgrade(database.engine)
    clients = read.clients
    stores = build_stores(database, sealer=AesSealer(keys, secrets), secrets=secrets, clients_from_site=lambda: clients)
    ports = StepPorts(
        secrets=secrets,
        digester=KeyedDigester(keys),
        subjects=stores.subjects,
        passwords=stores.passwords,
        sessions=stores.sessions,
        journeys=stores.journeys,
        grants=stores.grants,
        challenges=stores.challenges,
        budgets=stores.budgets,
        consents=stores.consents,
        outbox=stores.outbox,
        audit=stores.audit,
        hasher=PlainHasher(),
        breached=FewBreached(),
        hooks=hooks,
    )
    runtime = build_runtime(
        site=read.site,
        attributes=read.attributes,
        registry=registry,
        ports=ports,
        clients=stores.clients,
        versions=stores.flow_versions,
        transactions=stores.transactions,
        clock=clock,
    )
    return Bench(runtime, stores, clock, hooks, {client.id: client for client in clients}, ports)


__all__ = ["Bench", "FakeHooks", "Stale", "Walk", "build_bench"]
