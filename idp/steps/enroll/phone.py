"""`enroll: phone`: register a number; the code that proves it is this sign-in's second factor (J3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import phonenumbers

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.masking import mask_number
from idp.flows.configured import step_config
from idp.flows.facts import Source
from idp.flows.mistakes import Mistake, Names
from idp.flows.screen import Field, FieldType, Option, Problem, Screen, ScreenKind
from idp.flows.step import Fail, Form, Go, PageStep, Result, Stay, StepContext
from idp.steps.judging import check_code
from idp.steps.notices import notify
from idp.steps.phone_code import (
    Way,
    asked_again,
    channel_of,
    other_ways,
    phone_event,
    phone_proof,
    send_to_phone,
    way_buttons,
    way_mistakes,
)
from idp.steps.phones import BadNumber, parse_phone
from idp.steps.screens import CANCEL, build_code_screen


@step_config
class EnrollPhone:
    """`by` lists the ways a code may travel; `notice` names the mail that tells the owner, if any."""

    target: str = "phone"
    by: tuple[Way, ...] = ("sms", "voice")
    page: str = "enroll_phone"
    notice: str | None = None


class EnrollPhoneStep(PageStep):
    """Registers a phone as second factor."""

    verb = "enroll"
    target = "phone"
    counts_tries = True
    config = EnrollPhone

    def mistakes(self, config: EnrollPhone, names: Names) -> Iterable[Mistake]:
        """Ways that the site has switched off."""
        return way_mistakes(config.by, names)

    def enter(self, config: EnrollPhone, ctx: StepContext) -> Result:
        """Ask for the number."""
        if ctx.shown_by is None:
            return Fail(problem=Problem(message="nobody"))
        return Stay(local={"stage": "number", "page": config.page})

    def screen(self, config: EnrollPhone, ctx: StepContext) -> Screen:
        """Country and number with the ways to get a code, or the page for the code."""
        if ctx.local.get("stage") == "code":
            return build_code_screen(
                ctx, f"{config.page}_code", masked=False, can_go_back=True, ways=other_ways(ctx, config.by)
            )
        if ctx.shown_by is None:  # a dead end of a flow that asks nobody who they are
            return Screen(kind=ScreenKind.PHONE, page=config.page, flow=ctx.flow.name, buttons=(CANCEL,))
        typed = ctx.state.typed
        country = typed.get("country", ctx.site.countries[0])
        options = tuple(_country(code) for code in ctx.site.countries)
        fields = (
            Field(
                name="country",
                type=FieldType.SELECT,
                required=True,
                labels={},
                value=country,
                options=options,
                autocomplete="tel-country-code",
            ),
            Field(
                name="phone",
                type=FieldType.PHONE,
                required=True,
                labels={},
                value=typed.get("phone", ""),
                autocomplete="tel",
                max_length=40,
            ),
        )
        return Screen(
            kind=ScreenKind.PHONE,
            page=config.page,
            flow=ctx.flow.name,
            fields=fields,
            buttons=(*way_buttons(config.by), CANCEL),
        )

    def submit(self, config: EnrollPhone, ctx: StepContext, form: Form) -> Result:
        """A number with a way to get a code; or the code, another one, another number."""
        action = form.get("action", "")
        if ctx.shown_by is None:
            return Stay(local=ctx.local, problems=(Problem(message="nobody"),))
        if ctx.local.get("stage") != "code":
            return self._submit_number(config, ctx, form, action)
        number = str(ctx.local["address"])
        if action == "back":
            return Stay(local={**ctx.local, "stage": "number"}, typed=_typed_before(ctx))
        if (channel := asked_again(ctx, action, config.by)) is not None:
            return send_to_phone(ctx, number, channel, again=True, remember=_as_typed(_typed_before(ctx)))
        result = check_code(ctx, form.get("code", ""))
        if isinstance(result, Problem):
            return Stay(local=ctx.local, problems=(result,))
        return self._passed(config, ctx, number)

    def _submit_number(self, config: EnrollPhone, ctx: StepContext, form: Form, action: str) -> Result:
        typed = {"country": form.get("country", "")[:2], "phone": form.get("phone", "")[:40]}
        channel = channel_of(action, config.by)
        if not typed["phone"].strip():
            return Stay(local=ctx.local, typed=typed, problems=(Problem(message="required", field="phone"),))
        number = parse_phone(typed["phone"], countries=ctx.site.countries, country=typed["country"] or None)
        if isinstance(number, BadNumber):
            return Stay(local=ctx.local, typed=typed, problems=(Problem(message=number.message, field="phone"),))
        if channel is None:
            return Stay(local=ctx.local, typed=typed)
        result = send_to_phone(ctx, number.e164, channel, again=False, remember=_as_typed(typed))
        return replace(result, typed=typed) if result.problems else result

    def _passed(self, config: EnrollPhone, ctx: StepContext, number: str) -> Result:
        subject_id = str(ctx.state.subject_id)
        ctx.ports.subjects.add_phone(subject_id, number, ctx.now)
        ctx.ports.audit.record(
            AuditEvent(
                kind=AuditKind.PHONE_ENROLLED,
                at=ctx.now,
                actor=subject_id,
                subject_id=subject_id,
                client_id=ctx.client.id,
                detail={"number": mask_number(number)},
            )
        )
        if config.notice is not None:
            notify(ctx, config.notice, params={"phone": mask_number(number)})
        return Go(
            facts={"phone": number},
            source=Source.PROVEN,
            proofs=(phone_proof(ctx, number),),
            events=(phone_event(ctx, number),),
        )


def _as_typed(typed: Form) -> dict[str, str]:
    return {"typed_country": typed.get("country", ""), "typed_phone": typed.get("phone", "")}


def _typed_before(ctx: StepContext) -> dict[str, str]:
    return {"country": str(ctx.local.get("typed_country") or ""), "phone": str(ctx.local.get("typed_phone") or "")}


def _country(code: str) -> Option:
    prefix = f"+{phonenumbers.country_code_for_region(code)}"
    return Option(value=code, labels={"en": f"{code} ({prefix})", "ja": f"{code} ({prefix})"})
