"""`send`: a mail that is not a code."""

from __future__ import annotations

from collections.abc import Iterable

from idp.flows.conditions import ValueType
from idp.flows.configured import step_config
from idp.flows.mistakes import Expression
from idp.flows.step import Go, PlainStep, Result, StepContext
from idp.steps.notices import notify


@step_config
class Send:
    """`target` names the mail (`mails.<target>` in the locales); `to` is an expression, else the person's address."""

    target: str
    to: str | None = None
    later: bool = True


class SendStep(PlainStep):
    """Puts a mail into the outbox, in the transaction of the journey's advance."""

    verb = "send"
    target = None
    config = Send

    def expressions(self, config: Send) -> Iterable[Expression]:
        """The address."""
        if config.to is not None:
            yield Expression(text=config.to, path=("to",), expected=ValueType.TEXT)

    def enter(self, config: Send, ctx: StepContext) -> Result:
        """Write it and go on; nobody waits for a mail server."""
        to = None if config.to is None else str(ctx.evaluate(config.to))
        notify(ctx, config.target, to=to)
        return Go()
