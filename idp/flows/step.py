"""What a step type is, what it may see, and what it may answer.

A step gets its configuration, the facts, the form and ports; it answers with one of the results below and never jumps
to another step: edges live in the YAML. What it writes through its ports is committed together with the journey's
advance, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from idp.config.attributes import Attributes
from idp.config.site import Site
from idp.domain.client import Client
from idp.domain.journey import Journey
from idp.domain.ports import (
    Audit,
    BreachedPasswords,
    BudgetStore,
    ChallengeStore,
    ConsentStore,
    Digester,
    GrantStore,
    HookCaller,
    JourneyStore,
    OutboxStore,
    PasswordHasher,
    PasswordStore,
    Secrets,
    SessionStore,
    SubjectStore,
)
from idp.domain.session import AuthenticationEvent
from idp.domain.subject import Subject
from idp.domain.values import Json, JsonObject
from idp.flows.definition import Flow, Step
from idp.flows.facts import Facts, Proof, Source
from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.outcome import Outcome
from idp.flows.screen import Notice, Problem, Progress, Screen
from idp.flows.state import EMPTY, JourneyState

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPorts:
    """The outside as steps see it."""

    secrets: Secrets
    digester: Digester
    subjects: SubjectStore
    passwords: PasswordStore
    sessions: SessionStore
    journeys: JourneyStore
    grants: GrantStore
    challenges: ChallengeStore
    budgets: BudgetStore
    consents: ConsentStore
    outbox: OutboxStore
    audit: Audit
    hasher: PasswordHasher
    breached: BreachedPasswords
    hooks: HookCaller


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContext:
    """All a step may look at. `typed_secrets` are passwords of the form being handled; they are kept nowhere.

    `evaluate` and `holds` work out expressions over the facts; `informed` is the same context with some facts more.
    """

    journey: Journey
    state: JourneyState
    flow: Flow
    step: Step
    client: Client
    site: Site
    attributes: Attributes
    now: datetime
    ports: StepPorts
    evaluate: Callable[[str], Json]
    holds: Callable[[str], bool]
    informed: Callable[[Mapping[str, Json]], StepContext]
    run_checks: Callable[[tuple[Step, ...], Mapping[str, Json], Form], Go | Fail]
    typed_secrets: Form = field(default_factory=dict, repr=False)

    @property
    def local(self) -> JsonObject:
        """What the step remembers while the person is at it."""
        return self.state.here.local or EMPTY

    @property
    def subject(self) -> Subject | None:
        """The person, as far as known."""
        return None if self.state.subject_id is None else self.ports.subjects.get(self.state.subject_id)

    @property
    def shown_by(self) -> str | None:
        """The id of the person who has shown something of their own; None for somebody merely looked up."""
        return self.state.subject_id if self.state.events else None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the waiting authorization request asks for; empty without one."""
        asked = self.state.request.get("scopes")
        return tuple(str(scope) for scope in asked) if isinstance(asked, list | tuple) else ()

    def progress(self, page: str) -> Progress | None:
        """Where `page` stands on the flow's road."""
        road = self.flow.progress
        return Progress(names=road, at=road.index(page)) if page in road else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Go:
    """The step is done. New `facts` (all of one `source`) and `known` ones replace older ones of the same name.

    `events` are counted for the person only when somebody is known afterwards; another `subject_id` than before
    drops the events of the one before, and so does `ghost`, an address looked up in vain: then nobody is known.
    """

    facts: Mapping[str, Json] = field(default_factory=dict)
    source: Source = Source.TYPED
    known: Facts = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()
    events: tuple[AuthenticationEvent, ...] = ()
    subject_id: str | None = None
    ghost: str | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The person remains at this step; `local` is what it remembers."""

    local: JsonObject = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """The step could not be done: `on_fail` says where to go; without it the problem is shown."""

    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFlow:
    """Another flow is walked as a part; this step is looked at again when it has come back.

    `wanted_acr` raises what the journey has to reach, from there on; what was shown before `forget_before` no longer
    counts.
    """

    flow: str
    wanted_acr: str | None = None
    forget_before: datetime | None = None
    local: JsonObject = field(default_factory=dict)
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBack:
    """Back to an earlier page of the same flow: the one called `to`, or the one before this. What was typed is kept."""

    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The journey is over, or the part it is in when `of_part`."""

    outcome: Outcome
    of_part: bool = False


Result = Go | Stay | Fail | RunFlow | GoBack | End


class StepType(Protocol):
    """One verb, or one target of it. `config` is the frozen dataclass that the YAML of the step is read into.

    `is_page` steps wait for a person; `is_slow` ones call other systems and get a transaction of their own.
    `in_check` ones may stand under a page's `check`.
    """

    @property
    def verb(self) -> str:
        """The first key of the step."""

    @property
    def target(self) -> str | None:
        """The value it is made for; None for any."""

    @property
    def config(self) -> type:
        """The dataclass its YAML is read into."""

    @property
    def is_page(self) -> bool:
        """It may wait for a person."""

    @property
    def is_slow(self) -> bool:
        """It calls another system."""

    @property
    def in_check(self) -> bool:
        """It may stand under a page's `check`."""

    @property
    def counts_tries(self) -> bool:
        """What is typed may be guessed: of forms that come at once only one is looked at."""

    def mistakes(self, config: Any, names: Names) -> Iterable[Mistake]:
        """What is wrong with a configuration beyond its types."""

    def expressions(self, config: Any) -> Iterable[Expression]:
        """The CEL texts in a configuration."""

    def enter(self, config: Any, ctx: StepContext) -> Result:
        """The person has come to this step (or come back to it from a part)."""

    def screen(self, config: Any, ctx: StepContext) -> Screen:
        """The page, for a step where a person waits."""

    def submit(self, config: Any, ctx: StepContext, form: Form) -> Result:
        """A form of the page came back."""


class PlainStep:
    """The usual answers of a step type: nothing to check, no expressions, no page."""

    is_page = False
    is_slow = False
    in_check = True
    counts_tries = False

    def mistakes(self, config: Any, names: Names) -> Iterable[Mistake]:  # noqa: ARG002
        """Nothing is wrong."""
        return ()

    def expressions(self, config: Any) -> Iterable[Expression]:  # noqa: ARG002
        """There are none."""
        return ()

    def screen(self, config: Any, ctx: StepContext) -> Screen:
        """Nobody waits here."""
        raise NotImplementedError(f"{ctx.step.verb} has no page: {config!r}")

    def submit(self, config: Any, ctx: StepContext, form: Form) -> Result:
        """Nobody waits here."""
        raise NotImplementedError(f"{ctx.step.verb} has no form: {config!r} {sorted(form)}")


class PageStep(PlainStep):
    """The usual answers of a step that waits for a person."""

    is_page = True
    in_check = False


class Registry:
    """The step types a site may use. Raises ValueError for two of one name."""

    def __init__(self, types: Iterable[StepType]) -> None:
        self._types: dict[tuple[str, str | None], StepType] = {}
        for kind in types:
            key = (kind.verb, kind.target)
            if key in self._types:
                raise ValueError(f"two step types are called {key}")
            self._types[key] = kind

    def find(self, verb: str, target: str) -> StepType | None:
        """The type for `verb: target`: one made for the target, else one that takes any."""
        return self._types.get((verb, target)) or self._types.get((verb, None))

    def verbs(self) -> tuple[str, ...]:
        """All verbs, sorted."""
        return tuple(sorted({verb for verb, _ in self._types}))

    def targets(self, verb: str) -> tuple[str, ...]:
        """The targets a verb is made for."""
        return tuple(sorted(target for name, target in self._types if name == verb and target is not None))
