"""Pages that several steps share: the page where a code is typed, and the buttons every page has."""

from __future__ import annotations

from collections.abc import Mapping

from idp.domain.challenge import Channel
from idp.domain.masking import mask_address, mask_number
from idp.domain.values import Json
from idp.flows.screen import Button, Field, FieldType, Screen, ScreenKind, Shown
from idp.flows.step import StepContext

CANCEL = Button(action="cancel", text="cancel", style="quiet", formnovalidate=True)
BACK = Button(action="back", text="back", style="quiet", formnovalidate=True)


def build_code_screen(
    ctx: StepContext, page: str, *, masked: bool, can_go_back: bool, ways: tuple[str, ...] = ()
) -> Screen:
    """The page where a code is typed: where it went, until when it lives, and how to get another."""
    channel = Channel(str(ctx.local["channel"]))
    address = str(ctx.local["address"])
    is_mail = channel is Channel.MAIL
    shown = mask_of(address) if masked else address
    buttons = (
        Button(action="verify_code", text="verify_code", style="primary"),
        Button(action="resend", text="resend", formnovalidate=True, why="resend_hint"),
        *_other_ways(channel, ways),
    )
    return Screen(
        kind=ScreenKind.CODE,
        page=page,
        flow=ctx.flow.name,
        fields=(code_field(),),
        shown=(Shown(name="sent_to", value=shown, labels={}, type=FieldType.EMAIL if is_mail else FieldType.PHONE),),
        buttons=(*buttons, BACK, CANCEL) if can_go_back else (*buttons, CANCEL),
        params=code_params(ctx, channel),
        progress=ctx.progress(page),
    )


def _other_ways(channel: Channel, ways: tuple[str, ...]) -> tuple[Button, ...]:
    """A call that was not answered can be had as SMS and the other way round, without going back."""
    actions = {Channel.SMS: "sms", Channel.VOICE: "call"}
    return tuple(
        Button(action=actions[other], text=actions[other], formnovalidate=True, why=f"{actions[other]}_hint")
        for other in (Channel.SMS, Channel.VOICE)
        if other.value in ways and other is not channel
    )


def code_field() -> Field:
    """The input of a one-time code."""
    return Field(
        name="code", type=FieldType.CODE, required=True, labels={}, autocomplete="one-time-code", max_length=12
    )


def code_params(ctx: StepContext, channel: Channel) -> Mapping[str, Json]:
    """What the texts of a code page mention."""
    return {
        "channel": channel.value,
        "digits": ctx.site.codes[channel.value].digits,
        "expires_at": str(ctx.local["expires_at"]),
        "domain": ctx.site.mail.domain,
    }


def mask_of(address: str) -> str:
    """An address or number, masked."""
    return mask_address(address) if "@" in address else mask_number(address)
