"""`end`: how a journey is over."""

from __future__ import annotations

from typing import Literal

from idp.flows.configured import step_config
from idp.flows.engine import authenticated
from idp.flows.outcome import Declined, Returned
from idp.flows.step import End, PlainStep, Result, StepContext


@step_config
class Ending:
    """`signed_in`, `return` (to where the person came from, without a session) or `declined` with an `error`."""

    target: Literal["signed_in", "return", "declined"]
    error: str = "access_denied"


class EndStep(PlainStep):
    """Ends the journey; in a part, `signed_in` and `return` end the part."""

    verb = "end"
    target = None
    config = Ending
    in_check = False

    def enter(self, config: Ending, ctx: StepContext) -> Result:
        """The outcome."""
        match config.target:
            case "signed_in":
                return End(outcome=authenticated(ctx.state), of_part=True)
            case "return":
                return End(outcome=Returned(), of_part=True)
            case "declined":
                return End(outcome=Declined(error=config.error))
