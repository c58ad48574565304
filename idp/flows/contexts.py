"""Building what a step sees, and running the checks of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from idp.config.attributes import Attributes
from idp.config.site import Site
from idp.domain.client import Client
from idp.domain.journey import Journey
from idp.domain.ports import ClientStore, Clock
from idp.domain.values import Json
from idp.flows.asking import JourneyQuestions, Person, collect_values
from idp.flows.conditions import Conditions
from idp.flows.definition import CONTINUE, Step
from idp.flows.engine import BrokenFlow, learn, step_at
from idp.flows.library import FlowLibrary, JourneyLost
from idp.flows.state import JourneyState
from idp.flows.step import Fail, Form, Go, Registry, StepContext, StepPorts, StepType


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """Builds step contexts for one site."""

    library: FlowLibrary
    registry: Registry
    conditions: Conditions
    ports: StepPorts
    clients: ClientStore
    clock: Clock
    site: Site
    attributes: Attributes

    def kind(self, step: Step) -> StepType:
        """The step type of a step. Raises BrokenFlow."""
        kind = self.registry.find(step.verb, step.target)
        if kind is None:
            raise BrokenFlow(f"no step type for {step.verb}: {step.target}")
        return kind

    def build(self, journey: Journey, state: JourneyState) -> StepContext:
        """The context of the step the person is at. Raises BrokenFlow, JourneyLost."""
        flow, step = step_at(self.library.get(journey.flow_version), state.here)
        client = self.clients.get(journey.client_id)
        if client is None:
            raise JourneyLost(journey.client_id)
        if step is None:
            raise BrokenFlow(f"{journey.flow} stands nowhere")
        now = self.clock.now()
        questions = JourneyQuestions(state=state, site=self.site, now=now)

        def values(text: str) -> Mapping[str, Json]:
            person = self._person(state, client) if "user." in text else None
            return collect_values(state, client, person, self.conditions.declared)

        def run_checks(checks: tuple[Step, ...], facts: Mapping[str, Json], secrets: Form) -> Go | Fail:
            return self._run_checks(ctx, checks, facts, secrets)

        ctx = StepContext(
            journey=journey,
            state=state,
            flow=flow,
            step=step,
            client=client,
            site=self.site,
            attributes=self.attributes,
            now=now,
            ports=self.ports,
            evaluate=lambda text: self.conditions.evaluate(text, values(text), questions),
            holds=lambda text: self.conditions.holds(text, values(text), questions),
            informed=lambda facts: self.build(journey, learn(state, Go(facts=facts), now)),
            run_checks=run_checks,
        )
        return ctx

    def _person(self, state: JourneyState, client: Client) -> Person | None:
        subject = None if state.subject_id is None else self.ports.subjects.get(state.subject_id)
        if subject is None:
            return None
        return Person(
            subject=subject,
            has_password=self.ports.passwords.get(subject.id) is not None,
            has_signed_in=self.ports.subjects.has_signed_in(subject.id, client.id),
            has_consented=self.ports.consents.get(subject.id, client.id) is not None,
        )

    def _run_checks(
        self, ctx: StepContext, checks: tuple[Step, ...], facts: Mapping[str, Json], secrets: Form
    ) -> Go | Fail:
        """Run the steps under a page's `check` on what was just typed; all that they learn, or the first problem."""
        state = learn(ctx.state, Go(facts=facts), ctx.now)
        for step in checks:
            checked = replace(self.build(ctx.journey, state), step=step, typed_secrets=secrets)
            if step.when is not None and not checked.holds(step.when):
                continue
            match self.kind(step).enter(step.config, checked):
                case Go() as go:
                    state = learn(state, go, ctx.now)
                case Fail() as fail:
                    if step.on_fail != CONTINUE:
                        return fail
                case other:
                    raise BrokenFlow(f"{step.verb}: {step.target} cannot answer {other} in a check")
        return _difference(ctx.state, state)


def _difference(before: JourneyState, after: JourneyState) -> Go:
    """One `Go` that leads from `before` to `after`."""
    is_other = before.subject_id not in {None, after.subject_id}
    return Go(
        known={name: fact for name, fact in after.facts.items() if before.facts.get(name) != fact},
        proofs=after.proofs[len(before.proofs) :],
        events=after.events if is_other else after.events[len(before.events) :],
        subject_id=after.subject_id,
        notices=after.notices,
    )
