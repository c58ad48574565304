"""Making one account from what a journey knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from idp.config.attributes import AttributeType
from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, Subject, SubjectStatus
from idp.domain.values import Json
from idp.flows.step import StepContext

_NOT_ATTRIBUTES = frozenset(
    {AttributeType.EMAIL, AttributeType.PASSWORD, AttributeType.NEW_PASSWORD, AttributeType.IDENTIFIER}
)


def account_attributes(ctx: StepContext, source: str) -> Mapping[str, Json]:
    """What the account will keep: from what was typed, or from what a hook replied. A member number is never typed."""
    replied = {name: ctx.state.value(f"reply.{name}") for name in ctx.attributes.by_name}
    typed = {name: ctx.state.value(name) for name in ctx.attributes.by_name}
    found = replied if source == "reply" else {**_hook_only(ctx, replied), **typed}
    kept = {name for name, item in ctx.attributes.by_name.items() if item.stored and item.type not in _NOT_ATTRIBUTES}
    return {name: value for name, value in found.items() if name in kept and value not in {None, ""}}


def _hook_only(ctx: StepContext, replied: Mapping[str, Json]) -> Mapping[str, Json]:
    """Attributes that no page of the flow asks for come from the reply."""
    return {name: value for name, value in replied.items() if value is not None and ctx.state.value(name) is None}


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account an address is now, and whether it was made just now."""

    subject_id: str
    is_new: bool


def create_account(ctx: StepContext, email: str, attributes: Mapping[str, Json], *, is_proven: bool) -> Account | None:
    """The account of an address: a new one, or the one that is there, as it is.

    None when the one that is there stays shut: it is disabled, or nobody has proven the address since it was made and
    got its password: a proof from before is not its owner's.
    """
    subjects = ctx.ports.subjects
    subject = Subject(
        id=ctx.ports.secrets.identifier(),
        status=SubjectStatus.ACTIVE,
        email=email,
        email_verified_at=ctx.now if is_proven else None,
        created_at=ctx.now,
        updated_at=ctx.now,
        attributes=attributes,
    )
    if not subjects.create(subject):
        there = subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, email)
        may_open = there is not None and there.is_active and is_proven and _is_proven_since(ctx, there)
        return Account(there.id, is_new=False) if there is not None and may_open else None
    ctx.ports.audit.record(
        AuditEvent(
            kind=AuditKind.ACCOUNT_CREATED,
            at=ctx.now,
            actor=subject.id,
            subject_id=subject.id,
            client_id=ctx.client.id,
            detail={"flow": ctx.flow.name},
        )
    )
    return Account(subject.id, is_new=True)


def _is_proven_since(ctx: StepContext, there: Subject) -> bool:
    proofs = [proof.at for proof in ctx.state.proofs if proof.value.casefold() == there.email.casefold()]
    changes = (there.created_at, ctx.ports.passwords.changed_at(there.id) or there.created_at)
    return bool(proofs) and max(proofs) >= max(changes)
