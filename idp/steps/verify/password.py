"""`verify: password`, under a page's `check`: the address and password typed belong together.

Every refusal reads the same and takes the same time, whether the account exists, is disabled or has no password yet.
"""

from __future__ import annotations

from collections.abc import Iterable

from idp.config.suggest import did_you_mean
from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.ports import HasherBusy
from idp.domain.session import AuthenticationEvent, Method
from idp.domain.subject import ACCOUNT_REALM, IdentifierKind, Subject
from idp.flows.configured import step_config
from idp.flows.mistakes import Mistake, Names
from idp.flows.screen import Problem
from idp.flows.step import Fail, Go, PlainStep, Result, StepContext
from idp.steps.failures import password_failures
from idp.steps.passwords import MAX_BYTES


@step_config
class VerifyPassword:
    """`email` and `password` name the fields that were typed."""

    target: str = "password"
    email: str = "email"
    password: str = "password"


class VerifyPasswordStep(PlainStep):
    """Signs somebody in by address and password."""

    verb = "verify"
    target = "password"
    config = VerifyPassword

    def mistakes(self, config: VerifyPassword, names: Names) -> Iterable[Mistake]:
        """The fields it looks at have to be declared."""
        for key, name in (("email", config.email), ("password", config.password)):
            if names.attributes.get(name) is None:
                hint = did_you_mean(name, names.attributes.by_name)
                message = f"`attributes.yaml` declares no `{name}`"
                yield Mistake(code="F0103", message=message, path=(key,), suggestion=hint)

    def enter(self, config: VerifyPassword, ctx: StepContext) -> Result:
        """Compare; count tries per address typed, known or not. A right one clears the count."""
        address = ctx.state.text(config.email)
        password = ctx.typed_secrets.get(config.password, "")
        failures = password_failures(ctx, address)
        if failures.spent() is not None:
            return Fail(problem=Problem(message="password.wait", field=config.password))
        subject = ctx.ports.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, address)
        encoded = ctx.ports.passwords.get(subject.id) if subject is not None and subject.is_active else None
        try:
            is_right = ctx.ports.hasher.verify(encoded, password if len(password.encode()) <= MAX_BYTES else "")
            fresh = _upgraded(ctx, encoded, password) if is_right else None
        except HasherBusy:
            return Fail(problem=Problem(message="busy"))
        if not failures.count():  # others tried at the same moment: right or wrong stays unsaid
            return Fail(problem=Problem(message="password.wait", field=config.password))
        if subject is None or encoded is None or not is_right or _is_replaced(ctx, subject, encoded):
            return _refuse(ctx, config, subject)
        if fresh is not None:
            ctx.ports.passwords.set(subject.id, fresh, ctx.now)
        failures.clear()
        event = AuthenticationEvent(method=Method.PASSWORD, at=ctx.now)
        return Go(subject_id=subject.id, events=(event,))


def _is_replaced(ctx: StepContext, subject: Subject, encoded: str) -> bool:
    """The password was changed while the old one was being compared."""
    ctx.ports.subjects.hold(subject.id)
    return ctx.ports.passwords.get(subject.id) != encoded


def _upgraded(ctx: StepContext, encoded: str | None, password: str) -> str | None:
    if encoded is None or not ctx.ports.hasher.is_outdated(encoded):
        return None
    return ctx.ports.hasher.hash(password)


def _refuse(ctx: StepContext, config: VerifyPassword, subject: Subject | None) -> Result:
    subject_id = None if subject is None else subject.id
    ctx.ports.audit.record(
        AuditEvent(
            kind=AuditKind.PASSWORD_REFUSED,
            at=ctx.now,
            actor=subject_id or "system",
            subject_id=subject_id,
            client_id=ctx.client.id,
        )
    )
    return Fail(problem=Problem(message="password.wrong", field=config.password))
