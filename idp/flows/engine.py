"""Moving a journey along the edges of its flow: a state and a step's result in, a state or an outcome out. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from idp.domain.values import Json
from idp.flows.definition import CONTINUE, STAY, Flow, FlowSet, Step
from idp.flows.facts import Fact, Source
from idp.flows.outcome import Authenticated, Declined, Outcome, Returned
from idp.flows.state import Frame, JourneyState
from idp.flows.step import End, Fail, Go, GoBack, Registry, Result, RunFlow, Stay

MAX_FRAMES = 8
"""How deep parts may nest; more is a flow that calls itself."""


class BrokenFlow(Exception):
    """A journey that its flow cannot carry on: the flow has a fault that the checker did not find."""


def step_at(flows: FlowSet, frame: Frame) -> tuple[Flow, Step | None]:
    """The flow of a frame and its step; None behind the last one."""
    flow = flows.flows[frame.flow]
    return flow, flow.steps[frame.at] if frame.at < len(flow.steps) else None


def move(
    flows: FlowSet, registry: Registry, state: JourneyState, result: Result, *, now: datetime
) -> JourneyState | Outcome:
    """The state after `result` of the step the person is at, or how the journey ended."""
    flow, step = step_at(flows, state.here)
    if step is None:
        raise BrokenFlow(f"{flow.name} has no step {state.here.at}")
    match result:
        case Go():
            return _follow(flow, step, learn(state, result, now))
        case Stay():
            stays = replace(state.here, local=dict(result.local), waits=True)
            return replace(
                state.stand(stays),
                facts=_with_facts(state, result.facts, Source.TYPED, now),
                problems=result.problems,
                notices=(*state.notices, *result.notices) if not result.problems else result.notices,
                typed=result.typed,
            )
        case Fail():
            return _fail(flow, registry, state, result)
        case RunFlow():
            return _push(flows, state, result, now)
        case GoBack():
            return _go_back(flow, registry, state, result.to)
        case End():
            return end_part(state) if result.of_part and len(state.frames) > 1 else result.outcome
        case _:
            assert_never(result)


def learn(state: JourneyState, result: Go, now: datetime) -> JourneyState:
    """The state with what a step found out."""
    subject_id = None if result.ghost is not None else result.subject_id or state.subject_id
    is_other = subject_id != state.subject_id and state.subject_id is not None
    before = () if is_other else state.events
    return replace(
        state,
        facts={**_with_facts(state, result.facts, result.source, now), **result.known},
        proofs=(*state.proofs, *result.proofs),
        subject_id=subject_id,
        ghost=None if subject_id is not None else result.ghost or state.ghost,
        # A proof that was given before anybody was known belongs to nobody: it must not become somebody's factor.
        events=(*before, *result.events) if subject_id is not None else (),
        notices=result.notices,
    )


def _with_facts(state: JourneyState, facts: Mapping[str, Json], source: Source, now: datetime) -> dict[str, Fact]:
    return {**state.facts, **{name: Fact(value=value, source=source, at=now) for name, value in facts.items()}}


def _follow(flow: Flow, step: Step, state: JourneyState) -> JourneyState:
    at = state.here.at + 1 if step.then is None else _target(flow, step.then)
    return _fresh(state.stand(Frame(flow=flow.name, at=at)))


def _target(flow: Flow, name: str) -> int:
    at = flow.index_of(name)
    if at is None:
        raise BrokenFlow(f"{flow.name} has no step called {name}")
    return at


def _fresh(state: JourneyState) -> JourneyState:
    return replace(state, typed={}, problems=())


def _fail(flow: Flow, registry: Registry, state: JourneyState, result: Fail) -> JourneyState | Outcome:
    step = flow.steps[state.here.at]
    if step.on_fail == CONTINUE:
        return _follow(flow, replace(step, then=None), state)
    if step.on_fail is not None and step.on_fail != STAY:
        return _fresh(state.stand(Frame(flow=flow.name, at=_target(flow, step.on_fail))))
    kind = registry.find(step.verb, step.target)
    if kind is None or not kind.is_page:
        return Declined()  # there is no page to stay at
    stays = replace(state.here, local=state.here.local or {}, waits=True)
    return replace(state.stand(stays), problems=(result.problem,))


def _push(flows: FlowSet, state: JourneyState, result: RunFlow, now: datetime) -> JourneyState:
    running = [frame.flow for frame in state.frames]
    if result.flow in running:  # a link that leads round: the flow begins again instead of standing on itself
        below = state.frames[: running.index(result.flow)]
    else:
        below = (*state.frames[:-1], replace(state.here, local=dict(result.local), waits=True))
    if len(below) >= MAX_FRAMES or result.flow not in flows.flows:
        raise BrokenFlow(f"cannot run {result.flow} here")
    facts = _with_facts(state, result.facts, Source.TYPED, now)
    wanted = result.wanted_acr or state.wanted_acr
    since = result.forget_before
    events = state.events if since is None else tuple(event for event in state.events if event.at >= since)
    frames = (*below, Frame(flow=result.flow))
    return _fresh(replace(state, facts=facts, wanted_acr=wanted, events=events, frames=frames))


def end_part(state: JourneyState) -> JourneyState:
    """Out of a part, back to the step that ran it, which is then looked at again."""
    below = state.frames[:-1]
    return _fresh(replace(state, frames=(*below[:-1], replace(below[-1], waits=False))))


def _go_back(flow: Flow, registry: Registry, state: JourneyState, to: str | None) -> JourneyState:
    def is_page(step: Step) -> bool:
        kind = registry.find(step.verb, step.target)
        return kind is not None and kind.is_page

    earlier = [at for at in range(state.here.at) if (flow.steps[at].name == to if to else is_page(flow.steps[at]))]
    if not earlier:
        return state
    return replace(_fresh(state.stand(Frame(flow=flow.name, at=earlier[-1]))), notices=())


def finished(state: JourneyState) -> JourneyState | Outcome:
    """What the end of a flow without an `end` step means: a part returns, a whole journey goes back."""
    return end_part(state) if len(state.frames) > 1 else Returned()


def authenticated(state: JourneyState) -> Outcome:
    """The outcome of `end: signed_in`: nobody is signed in who has shown nothing."""
    if state.subject_id is None or not state.events:
        return Declined(error="access_denied")
    return Authenticated(subject_id=state.subject_id, events=state.events)
