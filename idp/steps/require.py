"""`require`: a condition that has to hold, else a message: on the page it checks, or on a page of its own."""

from __future__ import annotations

from collections.abc import Iterable

from idp.config.suggest import did_you_mean
from idp.flows.conditions import ValueType
from idp.flows.configured import step_config
from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.screen import Problem, Screen, ScreenKind
from idp.flows.step import Fail, Form, Go, PageStep, Result, Stay, StepContext
from idp.steps.screens import CANCEL


@step_config
class Require:
    """`target` is the condition, `message` the text key of what is said otherwise, `field` the field it is about."""

    target: str
    message: str
    field: str | None = None
    page: str = "required"


class RequireStep(PageStep):
    """Stops whoever does not meet a condition."""

    verb = "require"
    target = None
    config = Require
    in_check = True

    def mistakes(self, config: Require, names: Names) -> Iterable[Mistake]:
        """The field that the message stands at has to be declared."""
        if config.field is not None and names.attributes.get(config.field) is None:
            hint = did_you_mean(config.field, names.attributes.by_name)
            message = f"`attributes.yaml` declares no `{config.field}`"
            yield Mistake(code="F0103", message=message, path=("field",), suggestion=hint)

    def expressions(self, config: Require) -> Iterable[Expression]:
        """The condition."""
        yield Expression(text=config.target, path=(), expected=ValueType.BOOL)

    def enter(self, config: Require, ctx: StepContext) -> Result:
        """Go on only when it holds."""
        return Go() if ctx.holds(config.target) else Fail(problem=Problem(message=config.message, field=config.field))

    def screen(self, config: Require, ctx: StepContext) -> Screen:
        """The page that says why not."""
        return Screen(kind=ScreenKind.MESSAGE, page=config.page, flow=ctx.flow.name, buttons=(CANCEL,))

    def submit(self, config: Require, ctx: StepContext, form: Form) -> Result:  # noqa: ARG002
        """Look again: it may hold by now."""
        again = self.enter(config, ctx)
        return Stay(local=ctx.local, problems=(again.problem,)) if isinstance(again, Fail) else again
