"""`verify: phone`: a code to a number that is on file, shown masked (J3.3, J3.4)."""

from __future__ import annotations

from collections.abc import Iterable

from idp.domain.masking import mask_number
from idp.flows.configured import step_config
from idp.flows.mistakes import Mistake, Names
from idp.flows.screen import FieldType, Problem, Screen, ScreenKind, Shown
from idp.flows.step import Fail, Form, Go, PageStep, Result, Stay, StepContext
from idp.steps.judging import check_code
from idp.steps.phone_code import (
    Way,
    asked_again,
    channel_of,
    number_on_file,
    other_ways,
    phone_event,
    phone_proof,
    send_to_phone,
    way_buttons,
    way_mistakes,
)
from idp.steps.screens import CANCEL, build_code_screen


@step_config
class VerifyPhone:
    """`by` lists the ways a code may travel, the first one offered first."""

    target: str = "phone"
    by: tuple[Way, ...] = ("sms", "voice")
    page: str = "verify_phone"


class VerifyPhoneStep(PageStep):
    """Second factor: a code to the registered phone."""

    verb = "verify"
    target = "phone"
    counts_tries = True
    config = VerifyPhone

    def mistakes(self, config: VerifyPhone, names: Names) -> Iterable[Mistake]:
        """Ways that the site has switched off."""
        return way_mistakes(config.by, names)

    def enter(self, config: VerifyPhone, ctx: StepContext) -> Result:
        """Show the masked number and the ways to get a code."""
        if number_on_file(ctx) is None:
            return Fail(problem=Problem(message="phone.none"))
        return Stay(local={"stage": "choose", "page": config.page})

    def screen(self, config: VerifyPhone, ctx: StepContext) -> Screen:
        """The choice of ways, or the page for the code."""
        if ctx.local.get("stage") == "code":
            return build_code_screen(
                ctx, f"{config.page}_code", masked=True, can_go_back=True, ways=other_ways(ctx, config.by)
            )
        number = number_on_file(ctx)
        shown = () if number is None else (mask_number(number),)
        return Screen(
            kind=ScreenKind.PHONE,
            page=config.page,
            flow=ctx.flow.name,
            shown=tuple(Shown(name="phone", value=each, labels={}, type=FieldType.PHONE) for each in shown),
            buttons=(*way_buttons(config.by), CANCEL) if shown else (CANCEL,),
        )

    def submit(self, config: VerifyPhone, ctx: StepContext, form: Form) -> Result:
        """A way to get a code; or the code, another one, the way back."""
        action = form.get("action", "")
        number = number_on_file(ctx)
        if number is None:
            return Stay(local=ctx.local, problems=(Problem(message="phone.none"),))
        if ctx.local.get("stage") != "code":
            channel = channel_of(action, config.by)
            if channel is None:
                return Stay(local=ctx.local)
            return send_to_phone(ctx, number, channel, again=False, remember={})
        return self._submit_code(config, ctx, form, action)

    def _submit_code(self, config: VerifyPhone, ctx: StepContext, form: Form, action: str) -> Result:
        number = str(ctx.local["address"])
        if action == "back":
            return Stay(local={**ctx.local, "stage": "choose"})
        if (channel := asked_again(ctx, action, config.by)) is not None:
            return send_to_phone(ctx, number, channel, again=True, remember={})
        result = check_code(ctx, form.get("code", ""))
        if isinstance(result, Problem):
            return Stay(local=ctx.local, problems=(result,))
        return Go(proofs=(phone_proof(ctx, number),), events=(phone_event(ctx, number),))
