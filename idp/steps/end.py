"""`end`: how a journey is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from idp.config.suggest import did_you_mean
from idp.flows.configured import step_config
from idp.flows.engine import authenticated
from idp.flows.mistakes import Mistake, Names
from idp.flows.outcome import Declined, Returned
from idp.flows.step import End, PlainStep, Result, StepContext


@step_config
class Ending:
    """`signed_in`, `return` (to where the person came from, without a session) or `declined` with an `error`."""

    target: Literal["signed_in", "return", "declined"]
    error: str = "access_denied"


ERRORS = (
    *("access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required"),
    *("invalid_request", "invalid_scope", "unauthorized_client", "unmet_authentication_requirements"),
    *("server_error", "temporarily_unavailable"),
)
"""What a client may be told (RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6)."""


class EndStep(PlainStep):
    """Ends the journey; in a part, `signed_in` and `return` end the part."""

    verb = "end"
    target = None
    config = Ending
    in_check = False

    def mistakes(self, config: Ending, names: Names) -> Iterable[Mistake]:  # noqa: ARG002
        """Only registered errors mean something to a client."""
        if config.error not in ERRORS:
            hint = did_you_mean(config.error, ERRORS)
            message = f"no client knows the error `{config.error}`"
            yield Mistake(code="F0133", message=message, path=("error",), suggestion=hint)

    def enter(self, config: Ending, ctx: StepContext) -> Result:
        """The outcome."""
        match config.target:
            case "signed_in":
                return End(outcome=authenticated(ctx.state), of_part=True)
            case "return":
                return End(outcome=Returned(), of_part=True)
            case "declined":
                return End(outcome=Declined(error=config.error))
