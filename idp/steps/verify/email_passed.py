"""What it means that somebody can read the mail of an address: the same for a code and for a link."""

from __future__ import annotations

from dataclasses import replace

from idp.domain.session import AuthenticationEvent, Method
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, Subject
from idp.domain.values import JsonObject
from idp.flows.facts import Fact, Facts, Proof, Source
from idp.flows.step import Go, StepContext


def passed(ctx: StepContext, address: str, *, reply: JsonObject | None) -> Go:
    """The address is proven: whoever has an account there is known now, and what a hook said of others too.

    For somebody who was known before, it counts as shown only when the address is their own.
    """
    subject = ctx.subject or _owner(ctx, address)
    is_own = subject is not None and subject.is_active and subject.email.casefold() == address.casefold()
    if subject is not None and is_own:
        address = subject.email
        ctx.ports.subjects.mark_email_verified(subject.id, address, ctx.now)
    event = AuthenticationEvent(method=Method.EMAIL_CODE, at=ctx.now, address=address)
    replied = {f"reply.{name}": value for name, value in (reply or {}).items()}
    return Go(
        facts={"email": address},
        source=Source.PROVEN,
        known={
            **_forget_replies(ctx.state.facts),
            **{name: Fact(value=value, source=Source.REGISTRY, at=ctx.now) for name, value in replied.items()},
        },
        proofs=(Proof(value=address, method=Method.EMAIL_CODE, at=ctx.now),),
        events=(event,) if is_own else (),
        subject_id=subject.id if subject is not None and is_own else None,
    )


def _owner(ctx: StepContext, address: str) -> Subject | None:
    return ctx.ports.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, address)


def _forget_replies(facts: Facts) -> dict[str, Fact]:
    """What hooks said before, as not known: it was about another address than the one just proven."""
    return {name: replace(fact, value=None) for name, fact in facts.items() if name.startswith("reply.")}
