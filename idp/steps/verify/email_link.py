"""`verify: email` by link: a mail with a link, and the page that the link opens (J1.3 to J1.5).

Opening the link changes nothing; pressing the button on its page does. The link proves the address, not the browser.
"""

from __future__ import annotations

from idp.domain.challenge import Channel, Passed
from idp.domain.values import JsonObject
from idp.flows.facts import Source
from idp.flows.screen import Button, FieldType, Problem, Screen, ScreenKind, Shown
from idp.flows.step import Fail, Form, GoBack, Result, Stay, StepContext
from idp.steps.one_time import LINK_PURPOSE, Recipient, Sent, send_link
from idp.steps.screens import BACK, CANCEL
from idp.steps.verify.email_config import VerifyEmail
from idp.steps.verify.email_passed import passed

OPEN_LINK = "open_link"
"""The action with which the page of a link hands in its secret."""


def enter(config: VerifyEmail, ctx: StepContext) -> Result:
    """Send the link to the address that was typed."""
    if not ctx.state.text("email"):
        return Fail(problem=Problem(message="nobody"))
    return _send(config, ctx, again=False)


def screen(ctx: StepContext) -> Screen:
    """The page that says a mail is on its way; the same whether or not the address has an account."""
    address = ctx.state.text("email")
    return Screen(
        kind=ScreenKind.MAIL_SENT,
        page="mail_sent",
        flow=ctx.flow.name,
        shown=(Shown(name="sent_to", value=address, labels={}, type=FieldType.EMAIL),),
        buttons=(
            Button(action="resend", text="resend_link", style="plain", why="resend_link_hint"),
            BACK,
            CANCEL,
        ),
        params={"expires_at": str(ctx.local.get("expires_at") or ctx.now.isoformat()), "domain": ctx.site.mail.domain},
        progress=ctx.progress("mail_sent"),
    )


def submit(config: VerifyEmail, ctx: StepContext, form: Form) -> Result:
    """The link's button, another mail, or another address."""
    match form.get("action"):
        case "back":
            return GoBack()
        case "open_link":
            return _open(ctx, form.get("secret", ""))
        case "resend":
            return _send(config, ctx, again=True)
        case _:
            return Stay(local=ctx.local)


def _send(config: VerifyEmail, ctx: StepContext, *, again: bool) -> Result:
    let_in = "anyone" if config.if_unknown == "send" else "unknown"
    recipient = Recipient(
        channel=Channel.MAIL, address=ctx.state.text("email"), let_in=let_in, otherwise=f"{ctx.flow.name}_known"
    )
    life = config.expires or ctx.site.link_life
    result = send_link(ctx, recipient, life=life, template=f"{ctx.flow.name}_link", params=_entered(ctx), again=again)
    match result:
        case Sent():
            return Stay(local=result.local, notices=result.notices)
        case Problem():
            return Stay(local=ctx.local, problems=(result,))


def _entered(ctx: StepContext) -> JsonObject:
    """What the mail repeats of what was typed, and where its other links lead."""
    typed = {name: fact.value for name, fact in ctx.state.facts.items() if fact.source is Source.TYPED}
    return {"entered": typed, "return_to": ctx.journey.return_to}


def _open(ctx: StepContext, secret: str) -> Result:
    digest = ctx.ports.digester.digest(LINK_PURPOSE, secret)
    result = ctx.ports.challenges.attempt(str(ctx.local.get("challenge_id") or ""), digest, ctx.now)
    if not isinstance(result, Passed):
        return Stay(local=ctx.local)
    return passed(ctx, result.challenge.address, reply=None)
