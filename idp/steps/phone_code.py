"""Sending a code to a phone by SMS or voice: what `verify: phone` and `enroll: phone` share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from idp.domain.challenge import Channel
from idp.domain.session import AuthenticationEvent, Method
from idp.domain.values import JsonObject
from idp.flows.facts import Proof
from idp.flows.mistakes import Mistake, Names
from idp.flows.screen import Button, Problem
from idp.flows.step import Stay, StepContext
from idp.steps.budgets import budget_mistakes
from idp.steps.one_time import Recipient, Sent, send_code
from idp.steps.phones import decoy_number, takes_sms

Way = Literal["sms", "voice"]
ACTION_OF: dict[str, Channel] = {"sms": Channel.SMS, "call": Channel.VOICE}


def way_mistakes(ways: Sequence[Way], names: Names) -> Iterable[Mistake]:
    """No way at all, ways that the site has no codes for, and those that nothing limits."""
    if not ways:
        yield Mistake(
            code="F0105", message="`by` names no way for the code to travel", path=("by",), suggestion="[sms]"
        )
    for at, way in enumerate(ways):
        if way not in names.site.codes:
            yield Mistake(code="F0122", message=f"`site.yaml` has no codes for {way}", path=("by", at))
        else:
            yield from budget_mistakes(way, names, ("by", at))


def way_buttons(ways: Sequence[Way]) -> tuple[Button, ...]:
    """「コードの送信」 and 「電話をする」, the first one primary."""
    actions = ["sms" if way == "sms" else "call" for way in ways]
    return tuple(
        Button(action=action, text=action, style="primary" if at == 0 else "plain", why=f"{action}_hint")
        for at, action in enumerate(actions)
    )


def number_on_file(ctx: StepContext) -> str | None:
    """The number that codes of the person go to.

    A ghost has one too, which nobody has, and so has somebody without a phone who was merely looked up.
    """
    if (address := _decoy_for(ctx)) is not None:
        seed = int.from_bytes(ctx.ports.digester.digest("ghost", address.casefold()).encode())
        return decoy_number(ctx.site.countries[0], seed)
    subject = ctx.subject
    return None if subject is None or not subject.phones else subject.phones[0].number


def _decoy_for(ctx: StepContext) -> str | None:
    subject = ctx.subject
    if subject is None or subject.phones or ctx.shown_by is not None:
        return ctx.state.ghost
    return subject.email


def other_ways(ctx: StepContext, ways: Sequence[Way]) -> tuple[Way, ...]:
    """The ways a code may still travel to the number it was sent to: a landline takes no SMS."""
    can_read = _takes_sms(ctx, str(ctx.local["address"]))
    return tuple(way for way in ways if way == "voice" or can_read)


def channel_of(action: str, ways: Sequence[Way]) -> Channel | None:
    """The channel a pressed button stands for, if the flow allows it."""
    channel = ACTION_OF.get(action)
    return channel if channel is not None and channel.value in ways else None


def asked_again(ctx: StepContext, action: str, ways: Sequence[Way]) -> Channel | None:
    """The channel another code was asked for by: `resend` means the one before, other buttons their own."""
    before = "sms" if ctx.local["channel"] == Channel.SMS.value else "call"
    return channel_of(before if action == "resend" else action, ways)


def send_to_phone(ctx: StepContext, number: str, channel: Channel, *, again: bool, remember: JsonObject) -> Stay:
    """Send a code and move to the page where it is typed, or say why not."""
    if channel is Channel.SMS and not _takes_sms(ctx, number):
        return Stay(local={**ctx.local, **remember}, problems=(Problem(message="phone.no_sms", field="phone"),))
    let_in = "anyone" if _decoy_for(ctx) is None else "nobody"
    recipient = Recipient(channel=channel, address=number, let_in=let_in)
    result = send_code(ctx, recipient, purpose="phone", again=again)
    match result:
        case Sent():
            return Stay(local={**remember, **result.local, "stage": "code"}, notices=result.notices)
        case Problem():
            return Stay(local={**ctx.local, **remember}, problems=(result,))


def phone_event(ctx: StepContext, number: str) -> AuthenticationEvent:
    """The event of a code that came back from a phone."""
    return AuthenticationEvent(method=_method(ctx), at=ctx.now, address=number)


def phone_proof(ctx: StepContext, number: str) -> Proof:
    """The proof that somebody has the phone in hand."""
    return Proof(value=number, method=_method(ctx), at=ctx.now)


def _takes_sms(ctx: StepContext, number: str) -> bool:
    return _decoy_for(ctx) is not None or takes_sms(number)


def _method(ctx: StepContext) -> Method:
    return Method.SMS if ctx.local["channel"] == Channel.SMS.value else Method.CALL
