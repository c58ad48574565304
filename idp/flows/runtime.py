"""Journeys in motion: loading, asking steps, saving with compare-and-set.

Owns the order of things: what a step writes and the journey's advance are one transaction; a step that calls another
system gets a transaction of its own, so that nobody waits for it with a lock in hand. Knows no HTTP and no HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from idp.domain.client import Client
from idp.domain.journey import Journey
from idp.domain.ports import JourneyStore, Transactions
from idp.domain.session import AuthenticationEvent
from idp.domain.values import Json
from idp.flows.conditions import ConditionError
from idp.flows.contexts import Contexts
from idp.flows.engine import BrokenFlow, finished, move, step_at
from idp.flows.outcome import Authenticated, Declined, Outcome, outcome_from_json, outcome_to_json
from idp.flows.screen import Progress, Screen
from idp.flows.state import Frame, JourneyState, state_from_json, state_to_json
from idp.flows.step import Form, Result, StepContext

MAX_STEPS = 200
"""Steps one request may walk through without a page; more is a loop."""


class Stale(Exception):
    """The journey has moved on meanwhile: a double press, a second tab or an old form."""


class JourneyBroken(Exception):
    """The flow could not be carried on, and the journey is over: `client_id` began it, the text is for the log."""

    def __init__(self, client_id: str, detail: str) -> None:
        super().__init__(detail)
        self.client_id = client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a journey begins with. `events` and `subject_id` are those of the session carried in."""

    flow: str
    client: Client
    browser_digest: str
    locale: str
    wanted_acr: str | None = None
    interaction_id: str | None = None
    session_id: str | None = None
    return_to: str | None = None
    subject_id: str | None = None
    events: tuple[AuthenticationEvent, ...] = ()
    request: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRuntime:
    """Begins, shows and moves journeys."""

    contexts: Contexts
    journeys: JourneyStore
    transactions: Transactions

    def begin(self, start: Start) -> Journey:
        """Store a new journey and walk to its first page. Raises KeyError for an unknown flow, JourneyBroken."""
        contexts = self.contexts
        now = contexts.clock.now()
        flows = contexts.library.current()
        state = JourneyState(
            frames=(Frame(flow=flows.flows[start.flow].name),),
            subject_id=start.subject_id,
            events=start.events,
            wanted_acr=start.wanted_acr,
            request=dict(start.request or {}),
        )
        journey = Journey(
            id=contexts.ports.secrets.token(),
            flow=start.flow,
            flow_version=flows.version,
            client_id=start.client.id,
            browser_digest=start.browser_digest,
            state_no=0,
            state=state_to_json(state),
            created_at=now,
            expires_at=now + contexts.site.journey_life,
            interaction_id=start.interaction_id,
            session_id=start.session_id,
            return_to=start.return_to,
            subject_id=start.subject_id,
            locale=start.locale,
        )
        with self.transactions.unit():
            contexts.library.keep(flows, now)
            self.journeys.create(journey)
        return self._walk(journey)

    def look(self, journey: Journey) -> tuple[Journey, Screen | Outcome]:
        """The page the person is at, or the outcome. Carries on first if the last request died half-way.

        Raises JourneyBroken, Stale.
        """
        journey = self._walk(journey)
        if (outcome := outcome_from_json(journey.outcome)) is not None:
            return journey, outcome
        with self._unbroken(journey):
            ctx = self.contexts.build(journey, state_from_json(journey.state))
            screen = self.contexts.kind(ctx.step).screen(ctx.step.config, ctx)
        problems = (*ctx.state.problems, *screen.problems)
        return journey, replace(screen, problems=problems, notices=(*ctx.state.notices, *screen.notices))

    def road(self, journey: Journey, page: str) -> Progress | None:
        """Where `page` stands on the road of the journey's own flow, for pages outside it."""
        road = self.contexts.library.get(journey.flow_version).flows[journey.flow].progress
        return Progress(names=road, at=road.index(page)) if page in road else None

    def submit(self, journey: Journey, form: Form) -> Journey:
        """Handle a form of the page the person is at. Raises Stale when another request was faster, JourneyBroken.

        `journey` may be given with another browser, interaction or end than is stored: they are saved with the
        advance.
        """
        if journey.outcome is not None:
            raise Stale
        with self._unbroken(journey), self.transactions.unit():
            saved = self._press(journey, form)
        return self._walk(saved)

    @contextmanager
    def _unbroken(self, journey: Journey) -> Iterator[None]:
        """End the journey when its flow cannot be carried on: what a condition left open must not go either way."""
        try:
            yield
        except (ConditionError, BrokenFlow) as error:
            with self.transactions.unit():
                stored = self.journeys.get(journey.id)
                if stored is not None and stored.outcome is None:
                    self._save(stored, Declined(error="server_error"))
            raise JourneyBroken(journey.client_id, f"flow {journey.flow}: {error}") from error

    def _press(self, journey: Journey, form: Form) -> Journey:
        if form.get("action") == "cancel":
            return self._save(journey, Declined())
        ctx = self.contexts.build(journey, state_from_json(journey.state))
        kind = self.contexts.kind(ctx.step)
        if kind.counts_tries:
            journey = self._claim(journey)
        result = kind.submit(ctx.step.config, ctx, form)
        cleared = replace(ctx, state=replace(ctx.state, notices=()))
        return self._stride(journey, self._moved(cleared, result), is_saved=False)

    def _claim(self, journey: Journey) -> Journey:
        """The journey, for this request alone: a guess of one that loses would be compared and never counted."""
        if not self.journeys.save(journey, expected_state_no=journey.state_no):
            raise Stale
        return replace(journey, state_no=journey.state_no + 1)

    def _walk(self, journey: Journey) -> Journey:
        """Go on until a page waits or the journey is over, one transaction a stretch."""
        with self._unbroken(journey):
            for _ in range(MAX_STEPS):
                if journey.outcome is not None or state_from_json(journey.state).here.waits:
                    return journey
                with self.transactions.unit():
                    journey = self._stride(journey, state_from_json(journey.state), is_saved=True)
            raise BrokenFlow(f"{journey.flow} never comes to a page")

    def _stride(self, journey: Journey, state: JourneyState | Outcome, *, is_saved: bool) -> Journey:
        """Take steps until a page, the end, or a slow step that something was done before; then save.

        `is_saved` says that `state` is what is stored: then a slow step may begin at once.
        """
        for _ in range(MAX_STEPS):
            if not isinstance(state, JourneyState) or state.here.waits:
                return self._save(journey, state)
            ctx = self._next(journey, state)
            if not isinstance(ctx, StepContext):
                state = ctx
                continue
            kind = self.contexts.kind(ctx.step)
            if kind.is_slow and not is_saved:
                return self._save(journey, ctx.state)
            state = self._moved(ctx, kind.enter(ctx.step.config, ctx))
            is_saved = False
        raise BrokenFlow(f"{journey.flow} never comes to a page")

    def _next(self, journey: Journey, state: JourneyState) -> StepContext | JourneyState | Outcome:
        """The next step whose condition holds; or where the flow leads at its end."""
        flows = self.contexts.library.get(journey.flow_version)
        while True:
            flow, step = step_at(flows, state.here)
            if step is None:
                return finished(state)
            ctx = self.contexts.build(journey, state)
            if state.here.local is not None or step.when is None or ctx.holds(step.when):
                return ctx
            state = state.stand(Frame(flow=flow.name, at=state.here.at + 1))

    def _moved(self, ctx: StepContext, result: Result) -> JourneyState | Outcome:
        flows = self.contexts.library.get(ctx.journey.flow_version)
        return move(flows, self.contexts.registry, ctx.state, result, now=ctx.now)

    def _save(self, journey: Journey, state: JourneyState | Outcome) -> Journey:
        if isinstance(state, JourneyState):
            ends = self.contexts.clock.now() + self.contexts.site.journey_life
            saved = replace(
                journey,
                state_no=journey.state_no + 1,
                state=state_to_json(state),
                subject_id=state.subject_id,
                expires_at=max(journey.expires_at, ends),  # a mailed link must not outlive its journey
            )
        else:
            subject_id = state.subject_id if isinstance(state, Authenticated) else journey.subject_id
            saved = replace(
                journey, state_no=journey.state_no + 1, subject_id=subject_id, outcome=outcome_to_json(state)
            )
        if not self.journeys.save(saved, expected_state_no=journey.state_no):
            raise Stale
        return saved
