"""`run`: another flow as a part of this one."""

from __future__ import annotations

from collections.abc import Iterable

from idp.config.suggest import did_you_mean
from idp.flows.configured import step_config
from idp.flows.mistakes import Mistake, Names
from idp.flows.step import Go, PlainStep, Result, RunFlow, StepContext


@step_config
class Run:
    """`target` names the flow."""

    target: str


class RunStep(PlainStep):
    """Walks a part and goes on when it has come back."""

    verb = "run"
    target = None
    config = Run
    in_check = False

    def mistakes(self, config: Run, names: Names) -> Iterable[Mistake]:
        """The flow has to exist."""
        if config.target not in names.flows:
            hint = did_you_mean(config.target, names.flows)
            yield Mistake(code="F0104", message=f"no flow is called `{config.target}`", suggestion=hint)

    def enter(self, config: Run, ctx: StepContext) -> Result:
        """The first time into the part, the second time on."""
        return Go() if ctx.local.get("ran") else RunFlow(flow=config.target, local={"ran": True})
