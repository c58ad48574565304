"""Whose an identifier is, and making a free one somebody's log-in."""

from __future__ import annotations

from datetime import datetime, timedelta

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.challenge import Channel
from idp.domain.session import FACTOR_OF, AuthenticationEvent, Method, is_two_factor
from idp.domain.subject import ACCOUNT_REALM, Identifier, IdentifierKind, Subject
from idp.flows.step import StepContext
from idp.steps.notices import notify
from idp.steps.screens import mask_of

LATELY = timedelta(minutes=15)
"""How long after a sign-in a log-in may be added without another."""


def kind_of(value: str) -> IdentifierKind:
    """Address or number."""
    return IdentifierKind.EMAIL if "@" in value else IdentifierKind.PHONE


def find_owner(ctx: StepContext, realm: str, value: str) -> Subject | None:
    """The account that an identifier means in a realm.

    It is known by its log-ins there, by its proven address, and by its second-factor number when no other account
    has the same. A disabled account still owns what it owns.
    """
    subjects = ctx.ports.subjects
    owner = subjects.find(realm, kind_of(value), value)
    if owner is not None:
        return owner
    if kind_of(value) is IdentifierKind.EMAIL:
        account = subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, value)
        return account if account is not None and account.email_verified_at is not None else None
    return _owner_of_number(ctx, value)


def _owner_of_number(ctx: StepContext, number: str) -> Subject | None:
    having = ctx.ports.subjects.find_by_phone(number)
    mine = [subject for subject in having if subject.id == ctx.shown_by]
    return mine[0] if mine else having[0] if len(having) == 1 else None


def may_attach(ctx: StepContext) -> bool:
    """The person has shown lately what they can, a second factor when the account has one.

    Else a password alone, or a browser that was left open, would open a side door.
    """
    subject = ctx.subject
    lately = [event for event in ctx.state.events if ctx.now - event.at <= LATELY]
    if subject is None or not lately:
        return False
    return not subject.phones or is_two_factor(FACTOR_OF[event.method] for event in lately)


def attach(ctx: StepContext, realm: str, value: str, *, notice: str | None) -> bool:
    """Make a free identifier a log-in of the person who is signed in; False when somebody else was faster."""
    subject_id = str(ctx.shown_by)
    identifier = Identifier(realm=realm, kind=kind_of(value), value=value, verified_at=ctx.now)
    if not ctx.ports.subjects.add_login(subject_id, identifier):
        return False
    ctx.ports.audit.record(
        AuditEvent(
            kind=AuditKind.LOGIN_ADDED,
            at=ctx.now,
            actor=subject_id,
            subject_id=subject_id,
            client_id=ctx.client.id,
            detail={"realm": realm, "identifier": mask_of(value)},
        )
    )
    if notice is not None:
        notify(ctx, notice, params={"identifier": mask_of(value)})
    return True


def method_of(channel: Channel) -> Method:
    """What a code by this channel is called as a proof."""
    return {Channel.MAIL: Method.EMAIL_CODE, Channel.SMS: Method.SMS, Channel.VOICE: Method.CALL}[channel]


def login_event(owner: Subject | None, value: str, channel: Channel, at: datetime) -> AuthenticationEvent:
    """The event of a code to an identifier: a second factor only when it is a second-factor number of its owner."""
    has_it = owner is not None and any(phone.number == value for phone in owner.phones)
    is_account = owner is not None and owner.email.casefold() == value.casefold()
    method = method_of(channel) if has_it or is_account else Method.LOGIN_CODE
    return AuthenticationEvent(method=method, at=at, address=value)
