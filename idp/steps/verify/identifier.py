"""`verify: identifier`: a number or an address is typed and proven by a code; it signs in, and it registers (J6.2).

Every well-formed identifier gets a code, known or not. After the code one of five things holds: it is one's own; it
is free and becomes a log-in of the member who is signed in; it belongs to another account and is never moved; it
signs its owner in with one factor; or nobody knows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from idp.config.suggest import did_you_mean
from idp.domain.challenge import Channel
from idp.domain.subject import ACCOUNT_REALM
from idp.domain.values import JsonObject
from idp.flows.configured import step_config
from idp.flows.facts import Proof, Source
from idp.flows.mistakes import Mistake, Names
from idp.flows.screen import Button, Problem, Screen, ScreenKind
from idp.flows.step import Form, Go, PageStep, Result, RunFlow, Stay, StepContext
from idp.steps.budgets import budget_mistakes
from idp.steps.durations import Span
from idp.steps.fields import build_field, parse_field, typed_of
from idp.steps.judging import check_code
from idp.steps.one_time import Recipient, Sent, send_code
from idp.steps.phones import takes_sms
from idp.steps.screens import BACK, CANCEL, build_code_screen, mask_of
from idp.steps.verify.identifier_owner import LATELY, attach, find_owner, login_event, may_attach, method_of

FIELD = "identifier"


@step_config
class VerifyIdentifier:
    """`realm` names the log-ins (a client's own). `sign_in` is the flow that an unknown person is led to.

    An identifier that this browser's session has proven within `skip_if_proven` needs no second code.
    """

    target: str = "identifier"
    realm: str
    sign_in: str
    page: str = "identifier"
    code_page: str = "verify_identifier"
    skip_if_proven: Span | None = None
    notice: str | None = None


class VerifyIdentifierStep(PageStep):
    """Passwordless registration and sign-in by number or address."""

    verb = "verify"
    target = "identifier"
    counts_tries = True
    config = VerifyIdentifier

    def mistakes(self, config: VerifyIdentifier, names: Names) -> Iterable[Mistake]:
        """The flow that unknown people are led to has to exist, numbers get codes, and the realm is a client's own."""
        if config.sign_in not in names.flows:
            hint = did_you_mean(config.sign_in, names.flows)
            message = f"no flow is called `{config.sign_in}`"
            yield Mistake(code="F0104", message=message, path=("sign_in",), suggestion=hint)
        if "sms" not in names.site.codes:
            message = "a number gets its code by sms, and `site.yaml` has no codes for sms"
            yield Mistake(code="F0122", message=message)
        for channel in ("mail", "sms"):
            if channel in names.site.codes:
                yield from budget_mistakes(channel, names)
        if config.realm == ACCOUNT_REALM:
            message = f"the realm `{ACCOUNT_REALM}` is the accounts' own: nothing can be added to it"
            yield Mistake(code="F0126", message=message, path=("realm",))

    def enter(self, config: VerifyIdentifier, ctx: StepContext) -> Result:
        """Ask; or, back from the sign-in of an unknown person, go on with what was proven."""
        proven = ctx.local.get("proven")
        if isinstance(proven, str) and ctx.shown_by is not None:
            if _is_stale(ctx):
                return Stay(local={"stage": "ask"}, problems=(Problem(message="code.expired", field=FIELD),))
            return self._settle(config, ctx, proven, Channel(str(ctx.local["channel"])), at=_proven_at(ctx))
        hint = str(ctx.state.request.get("login_hint") or "")
        return Stay(local={"stage": "ask"}, typed={FIELD: hint} if hint else {})

    def screen(self, config: VerifyIdentifier, ctx: StepContext) -> Screen:
        """The page of the stage: the identifier, the code, or what was found."""
        match ctx.local.get("stage"):
            case "code":
                screen = build_code_screen(ctx, config.code_page, masked=False, can_go_back=True)
            case "taken":
                screen = self._message(ctx, "identifier_taken", Button(action="continue", text="sign_in_as_other"))
            case "unknown":
                screen = self._message(ctx, "identifier_unknown", Button(action="link:sign_in", text="sign_in"))
            case _:
                screen = self._ask(config, ctx)
        return screen

    def submit(self, config: VerifyIdentifier, ctx: StepContext, form: Form) -> Result:
        """What the page of the stage answers."""
        action = form.get("action", "")
        match ctx.local.get("stage"):
            case "code":
                return self._submit_code(config, ctx, form, action)
            case "taken" | "unknown":
                return self._submit_found(config, ctx, action)
            case _:
                return self._submit_ask(config, ctx, form)

    def _ask(self, config: VerifyIdentifier, ctx: StepContext) -> Screen:
        attribute = ctx.attributes.by_name[FIELD]
        field = build_field(attribute, required=True, value="", typed=ctx.state.typed, now=ctx.now, site=ctx.site)
        buttons = (Button(action="send_code", text="send_code", style="primary"), CANCEL)
        return Screen(kind=ScreenKind.FORM, page=config.page, flow=ctx.flow.name, fields=(field,), buttons=buttons)

    def _message(self, ctx: StepContext, page: str, way_on: Button) -> Screen:
        identifier = mask_of(str(ctx.local["proven"]))
        buttons = (
            Button(action="back", text="another_identifier", style="primary", formnovalidate=True),
            way_on,
            CANCEL,
        )
        if page == "identifier_unknown":
            buttons = (Button(action=way_on.action, text=way_on.text, style="primary"), BACK, CANCEL)
        return Screen(
            kind=ScreenKind.MESSAGE, page=page, flow=ctx.flow.name, buttons=buttons, params={"identifier": identifier}
        )

    def _submit_ask(self, config: VerifyIdentifier, ctx: StepContext, form: Form) -> Result:
        attribute = ctx.attributes.by_name[FIELD]
        typed = typed_of(attribute, form)
        value = parse_field(attribute, form, required=True, now=ctx.now, site=ctx.site)
        if isinstance(value, Problem):
            return Stay(local=ctx.local, problems=(value,), typed=typed)
        if self._is_fresh(config, ctx, value):
            return self._go_on_with(config, ctx, value)
        if "@" not in value and not takes_sms(value):
            return Stay(local=ctx.local, problems=(Problem(message="identifier.no_sms", field=FIELD),), typed=typed)
        return self._send(ctx, value, again=False, typed=typed)

    def _is_fresh(self, config: VerifyIdentifier, ctx: StepContext, value: str) -> bool:
        """The person in front of the page proved this identifier lately, and it is theirs or nobody's."""
        within = config.skip_if_proven
        if within is None or ctx.shown_by is None:
            return False
        owner = find_owner(ctx, config.realm, value)
        is_mine = may_attach(ctx) if owner is None else owner.id == ctx.shown_by
        return is_mine and any(event.address == value and ctx.now - event.at <= within for event in ctx.state.events)

    def _go_on_with(self, config: VerifyIdentifier, ctx: StepContext, value: str) -> Result:
        """No code was sent, so nothing new was shown: no event, and the time of the old one stands."""
        if find_owner(ctx, config.realm, value) is None and not attach(ctx, config.realm, value, notice=config.notice):
            return Stay(local=ctx.local, problems=(Problem(message="busy"),))
        return Go(facts={FIELD: value}, source=Source.PROVEN)

    def _send(self, ctx: StepContext, value: str, *, again: bool, typed: Form) -> Result:
        channel = Channel.MAIL if "@" in value else Channel.SMS
        result = send_code(ctx, Recipient(channel=channel, address=value), purpose="identifier", again=again)
        match result:
            case Sent():
                local = {**result.local, "stage": "code", "typed": typed.get(FIELD) or ctx.local.get("typed")}
                return Stay(local=local, notices=result.notices)
            case Problem():
                return Stay(local=ctx.local, problems=(result,), typed=typed)

    def _submit_code(self, config: VerifyIdentifier, ctx: StepContext, form: Form, action: str) -> Result:
        value = str(ctx.local["address"])
        if action == "back":
            return Stay(local={"stage": "ask"}, typed={FIELD: str(ctx.local.get("typed") or value)})
        if action == "resend":
            return self._send(ctx, value, again=True, typed={})
        result = check_code(ctx, form.get("code", ""))
        if isinstance(result, Problem):
            return Stay(local=ctx.local, problems=(result,))
        return self._settle(config, ctx, result.address, result.channel, at=ctx.now)

    def _settle(
        self, config: VerifyIdentifier, ctx: StepContext, value: str, channel: Channel, *, at: datetime
    ) -> Result:
        """What a proven identifier means for the person in front of the page."""
        owner = find_owner(ctx, config.realm, value)
        me = ctx.shown_by
        found = {"proven": value, "channel": channel.value, "at": at.isoformat()}
        if (owner is None and me is None) or (owner is not None and not owner.is_active):
            return Stay(local={**found, "stage": "unknown"})
        if owner is not None and me not in {None, owner.id}:
            return Stay(local={**found, "stage": "taken", "owner": owner.id})
        proof = Proof(value=value, method=method_of(channel), at=at)
        facts = {FIELD: value}
        if owner is None and me is not None:
            if not may_attach(ctx):
                return self._step_up(config, ctx, found)
            if not attach(ctx, config.realm, value, notice=config.notice):
                return Stay(local={**found, "stage": "taken"})
            # A log-in that was just added proves nothing about who added it: no event, so no higher assurance.
            return Go(facts=facts, source=Source.PROVEN, proofs=(proof,))
        event = login_event(owner, value, channel, at)
        return Go(
            facts=facts,
            source=Source.PROVEN,
            proofs=(proof,),
            events=(event,),
            subject_id=None if owner is None else owner.id,
        )

    def _step_up(self, config: VerifyIdentifier, ctx: StepContext, found: JsonObject) -> Result:
        """A log-in is added by somebody who has shown what they can; one who could not, even now, adds none."""
        if ctx.local.get("has_stepped_up"):
            return Stay(local={"stage": "ask"}, problems=(Problem(message="identifier.step_up", field=FIELD),))
        local = {**found, "has_stepped_up": True}
        strongest = ctx.site.levels.names[-1]
        return RunFlow(flow=config.sign_in, local=local, wanted_acr=strongest, forget_before=ctx.now - LATELY)

    def _submit_found(self, config: VerifyIdentifier, ctx: StepContext, action: str) -> Result:
        value, channel = str(ctx.local["proven"]), Channel(str(ctx.local["channel"]))
        if action == "back":
            return Stay(local={"stage": "ask"})
        if action == "link:sign_in" and ctx.local["stage"] == "unknown":
            return RunFlow(flow=config.sign_in, local=ctx.local)
        owner = find_owner(ctx, config.realm, value)
        if action != "continue" or ctx.local["stage"] != "taken" or owner is None:
            return Stay(local=ctx.local)
        at = _proven_at(ctx)
        if _is_stale(ctx) or at < (ctx.ports.passwords.changed_at(owner.id) or at):
            return Stay(local={"stage": "ask"}, problems=(Problem(message="code.expired", field=FIELD),))
        proof = Proof(value=value, method=method_of(channel), at=at)
        event = login_event(owner, value, channel, at)
        return Go(facts={FIELD: value}, source=Source.PROVEN, proofs=(proof,), events=(event,), subject_id=owner.id)


def _proven_at(ctx: StepContext) -> datetime:
    return datetime.fromisoformat(str(ctx.local["at"]))


def _is_stale(ctx: StepContext) -> bool:
    """What was proven does not stay proven while somebody thinks: no longer than a code would have lived."""
    return ctx.now - _proven_at(ctx) > ctx.site.codes[str(ctx.local["channel"])].life
