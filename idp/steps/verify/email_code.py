"""`verify: email` by code: a page for the address when nobody is known yet, then a page for the code (J2.1, J2.2)."""

from __future__ import annotations

from idp.config.attributes import Attribute
from idp.domain.challenge import Channel
from idp.domain.values import JsonObject
from idp.flows.screen import Button, Problem, Screen, ScreenKind
from idp.flows.step import Form, Result, Stay, StepContext
from idp.steps.fields import build_field, parse_field, typed_of
from idp.steps.judging import check_code
from idp.steps.one_time import Recipient, Sent, send_code
from idp.steps.screens import CANCEL, build_code_screen
from idp.steps.verify.email_config import HookQuestion, VerifyEmail
from idp.steps.verify.email_passed import passed

FIELD = "email"


def enter(config: VerifyEmail, ctx: StepContext) -> Result:
    """Send at once to somebody who is known, else ask for the address."""
    whose = _address_of(ctx)
    if whose is None:
        return Stay(local={"stage": "address"}, typed=_hint(ctx))
    return _send(config, ctx, whose, again=False)


def _address_of(ctx: StepContext) -> str | None:
    """The address of somebody known or looked up, as it was typed: the stored spelling would say that there is one."""
    subject, typed = ctx.subject, ctx.state.text(FIELD)
    if subject is None:
        return ctx.state.ghost
    return typed if typed.casefold() == subject.email.casefold() else subject.email


def screen(config: VerifyEmail, ctx: StepContext) -> Screen:
    """The page of the stage the person is at."""
    if ctx.local.get("stage") == "code":
        return build_code_screen(ctx, config.code_page, masked=False, can_go_back=not _is_given(ctx))
    field = build_field(_attribute(ctx), required=True, value="", typed=ctx.state.typed, now=ctx.now, site=ctx.site)
    return Screen(
        kind=ScreenKind.FORM,
        page=config.page,
        flow=ctx.flow.name,
        fields=(field,),
        buttons=(
            Button(action="send_code", text="send_code", style="primary"),
            Button(action="continue", text="continue", disabled=True, why="send_code_first"),
            CANCEL,
        ),
        progress=ctx.progress(config.page),
    )


def submit(config: VerifyEmail, ctx: StepContext, form: Form) -> Result:
    """An address to send to; or a code, another code, another address."""
    action = form.get("action", "")
    if ctx.local.get("stage") != "code":
        return _submit_address(config, ctx, form, action)
    if action == "back" and not _is_given(ctx):
        return Stay(local={**ctx.local, "stage": "address"}, typed={FIELD: str(ctx.local["address"])})
    if action == "resend":
        return _send(config, ctx, str(ctx.local["address"]), again=True)
    result = check_code(ctx, form.get("code", ""))
    if isinstance(result, Problem):
        return Stay(local=ctx.local, problems=(result,))
    return passed(ctx, result.address, reply=result.reply)


def _is_given(ctx: StepContext) -> bool:
    """The address is that of somebody who was looked up before, found or not: it is not for this page to change."""
    return ctx.state.subject_id is not None or ctx.state.ghost is not None


def _attribute(ctx: StepContext) -> Attribute:
    return ctx.attributes.by_name[FIELD]


def _hint(ctx: StepContext) -> dict[str, str]:
    typed = ctx.state.text(FIELD) or str(ctx.state.request.get("login_hint") or "")
    return {FIELD: typed} if typed else {}


def _submit_address(config: VerifyEmail, ctx: StepContext, form: Form, action: str) -> Result:
    typed = typed_of(_attribute(ctx), form)
    if action == "continue":
        return Stay(local=ctx.local, typed=typed, problems=(Problem(message="code.send_first", field=FIELD),))
    address = parse_field(_attribute(ctx), form, required=True, now=ctx.now, site=ctx.site)
    if isinstance(address, Problem):
        return Stay(local=ctx.local, typed=typed, problems=(address,))
    return _send(config, ctx, address, again=False)


def _send(config: VerifyEmail, ctx: StepContext, address: str, *, again: bool) -> Result:
    result = send_code(ctx, _recipient(config, ctx, address), purpose="email", again=again)
    match result:
        case Sent():
            facts = _typed_address(ctx, address)
            return Stay(local={**result.local, "stage": "code"}, notices=result.notices, facts=facts)
        case Problem() if ctx.local.get("stage") in {None, "code"}:
            return Stay(local=_without_code(ctx, address), problems=(result,))
        case Problem():
            return Stay(local=ctx.local, problems=(result,), typed={FIELD: address})


def _typed_address(ctx: StepContext, address: str) -> JsonObject:
    return {} if _is_given(ctx) else {FIELD: address}


def _without_code(ctx: StepContext, address: str) -> JsonObject:
    """When not even the first code could be sent, the code page still stands, with nothing that could match."""
    if "challenge_id" in ctx.local:
        return ctx.local
    return {
        "stage": "code",
        "challenge_id": "",
        "channel": Channel.MAIL.value,
        "address": address,
        "expires_at": ctx.now.isoformat(),
    }


def _recipient(config: VerifyEmail, ctx: StepContext, address: str) -> Recipient:
    question = config.if_unknown
    if ctx.state.subject_id is not None or (question == "send" and ctx.state.ghost is None):
        return Recipient(channel=Channel.MAIL, address=address)
    if not isinstance(question, HookQuestion) or ctx.state.ghost is not None:
        return Recipient(channel=Channel.MAIL, address=address, let_in="known", otherwise="no_account")
    asking = ctx.informed({FIELD: address})
    send = {name: asking.evaluate(text) for name, text in question.send.items()}
    return Recipient(
        channel=Channel.MAIL, address=address, let_in="known", hook=question.call, send=send, otherwise="no_account"
    )
