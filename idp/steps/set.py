"""`set`: computed facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from idp.config.suggest import did_you_mean
from idp.flows.configured import step_config
from idp.flows.facts import Source
from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.step import Go, PlainStep, Result, StepContext


@step_config
class SetFacts:
    """`target` maps names of attributes to expressions."""

    target: Mapping[str, str] = field(default_factory=dict)


class SetStep(PlainStep):
    """Sets facts."""

    verb = "set"
    target = None
    config = SetFacts

    def mistakes(self, config: SetFacts, names: Names) -> Iterable[Mistake]:
        """Only declared attributes can be set: only they have a type."""
        for name in config.target:
            if names.attributes.get(name) is None:
                hint = did_you_mean(name, names.attributes.by_name)
                message = f"`attributes.yaml` declares no `{name}`"
                yield Mistake(code="F0103", message=message, path=(name,), suggestion=hint)

    def expressions(self, config: SetFacts) -> Iterable[Expression]:
        """The values."""
        for name, text in config.target.items():
            yield Expression(text=text, path=(name,), attribute=name)

    def enter(self, config: SetFacts, ctx: StepContext) -> Result:
        """Work them all out, then set them together."""
        facts = {name: ctx.evaluate(text) for name, text in config.target.items()}
        return Go(facts=facts, source=Source.COMPUTED)
