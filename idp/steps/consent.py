"""`consent: client`: what the client asked for, allowed or not; remembered until it is taken back (J6.3)."""

from __future__ import annotations

from typing import Literal

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.client import ConsentPolicy
from idp.domain.grant import Consent
from idp.domain.masking import mask_number
from idp.domain.values import as_text
from idp.flows.configured import step_config
from idp.flows.outcome import Declined
from idp.flows.screen import Button, FieldType, Problem, Screen, ScreenKind, Shown
from idp.flows.step import End, Fail, Form, Go, PageStep, Result, Stay, StepContext
from idp.steps.fields import build_field


@step_config
class ConsentTo:
    """`page` names the page."""

    target: Literal["client"] = "client"
    page: str = "consent"


class ConsentStep(PageStep):
    """Asks once for each set of scopes; not at all for the site's own clients."""

    verb = "consent"
    target = "client"
    config = ConsentTo

    def enter(self, config: ConsentTo, ctx: StepContext) -> Result:
        """Ask, unless the answer is known."""
        if ctx.shown_by is None:
            return Fail(problem=Problem(message="nobody"))
        return Stay(local={"page": config.page}) if _must_ask(ctx) else Go()

    def screen(self, config: ConsentTo, ctx: StepContext) -> Screen:
        """The permit: to whom, what with its value; a dead end for somebody who has shown nothing."""
        deny = Button(action="deny", text="deny", formnovalidate=True)
        return Screen(
            kind=ScreenKind.CONSENT,
            page=config.page,
            flow=ctx.flow.name,
            shown=_given(ctx),
            buttons=(deny,) if ctx.shown_by is None else (Button(action="allow", text="allow", style="primary"), deny),
            scopes=ctx.scopes,
            params={"email": "" if ctx.subject is None or ctx.shown_by is None else ctx.subject.email},
        )

    def submit(self, config: ConsentTo, ctx: StepContext, form: Form) -> Result:  # noqa: ARG002
        """Remember a yes; a no ends the journey."""
        subject_id = ctx.shown_by
        match form.get("action"):
            case "allow" if subject_id is not None:
                consent = Consent(
                    subject_id=subject_id, client_id=ctx.client.id, scopes=frozenset(ctx.scopes), given_at=ctx.now
                )
                ctx.ports.consents.remember(consent)
                _record(ctx, AuditKind.CONSENT_GIVEN)
                return Go()
            case "deny":
                _record(ctx, AuditKind.CONSENT_DENIED)
                return End(outcome=Declined())
            case _:
                return Stay(local=ctx.local, problems=() if subject_id else (Problem(message="nobody"),))


def _must_ask(ctx: StepContext) -> bool:
    if ctx.state.request.get("reason") == "consent" or ctx.client.consent is ConsentPolicy.ALWAYS:
        return True
    if ctx.client.consent is ConsentPolicy.NEVER:
        return False
    before = ctx.ports.consents.get(str(ctx.state.subject_id), ctx.client.id)
    return before is None or not before.scopes >= frozenset(ctx.scopes)


def _given(ctx: StepContext) -> tuple[Shown, ...]:
    """What the scopes hand over, with today's values; phone numbers masked."""
    subject = ctx.subject
    if subject is None or ctx.shown_by is None:
        return ()
    values = {**subject.attributes, "email": subject.email}
    if subject.phones:
        values["phone"] = mask_number(subject.phones[0].number)
    scopes = set(ctx.scopes)
    items = [
        item
        for item in ctx.attributes.by_name.values()
        if item.claim and item.scope in scopes and values.get(item.name) not in {None, ""}
    ]
    return tuple(
        Shown(
            name=item.name,
            value=as_text(values[item.name]),
            labels=item.labels,
            type=FieldType.TEXT if item.name == "phone" else _type(ctx, item.name),
            options=build_field(item, required=False, value="", typed={}, now=ctx.now, site=ctx.site).options,
        )
        for item in items
    )


def _type(ctx: StepContext, name: str) -> FieldType:
    attribute = ctx.attributes.by_name[name]
    return build_field(attribute, required=False, value="", typed={}, now=ctx.now, site=ctx.site).type


def _record(ctx: StepContext, kind: AuditKind) -> None:
    subject_id = ctx.state.subject_id
    ctx.ports.audit.record(
        AuditEvent(
            kind=kind,
            at=ctx.now,
            actor=str(subject_id),
            subject_id=subject_id,
            client_id=ctx.client.id,
            detail={"scopes": list(ctx.scopes)},
        )
    )
