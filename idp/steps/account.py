"""`create: user`, `update: user` and `update: password`: making an account and changing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pydantic import Field

from idp.config.attributes import AttributeType
from idp.config.suggest import did_you_mean
from idp.domain.session import AuthenticationEvent, Method
from idp.domain.values import Json
from idp.flows.configured import step_config
from idp.flows.facts import is_proven
from idp.flows.mistakes import Expression, Mistake, Names
from idp.flows.screen import Problem
from idp.flows.step import Fail, Go, PlainStep, Result, StepContext
from idp.steps.new_account import Account, account_attributes, create_account
from idp.steps.new_password import hash_new_password, set_password
from idp.steps.notices import notify

NEW_PASSWORD = "new_password"
_PROVEN = frozenset({AttributeType.EMAIL, AttributeType.PHONE})


@step_config
class CreateUser:
    """`from` is where the account's data comes from. A password typed on the same page is set as well.

    `unproven: true` with a `reason` allows an address that nobody has proven.
    """

    target: Literal["user"] = "user"
    source: Annotated[Literal["fields", "reply"], Field(alias="from")] = "fields"
    unproven: bool = False
    reason: str | None = None


class CreateUserStep(PlainStep):
    """Makes the account of the address that was proven. An account that is there already is taken as it is."""

    verb = "create"
    target = "user"
    config = CreateUser

    def mistakes(self, config: CreateUser, names: Names) -> Iterable[Mistake]:  # noqa: ARG002
        """An unproven address needs a reason."""
        if config.unproven and not config.reason:
            yield Mistake(code="F0113", message="`unproven: true` needs a `reason`", path=("unproven",))

    def enter(self, config: CreateUser, ctx: StepContext) -> Result:
        """Create; with a password when one was typed."""
        email = ctx.state.text("email")
        proven = is_proven(ctx.state.proofs, email, now=ctx.now)
        if not email or not (proven or config.unproven):
            return Fail(problem=Problem(message="email.unproven", field="email"))
        encoded = hash_new_password(ctx, email) if NEW_PASSWORD in ctx.typed_secrets else None
        if isinstance(encoded, Problem):
            return Fail(problem=encoded)
        attributes = account_attributes(ctx, config.source)
        account = create_account(ctx, email, attributes, is_proven=proven)
        if account is None:
            return Fail(problem=Problem(message="nobody"))
        if encoded is not None:
            set_password(ctx, account, email, encoded)
        return Go(subject_id=account.subject_id, events=_events(ctx, email, has_password=encoded is not None))


def _events(ctx: StepContext, email: str, *, has_password: bool) -> tuple[AuthenticationEvent, ...]:
    """The proofs of this journey that are about the new account's own address, and the password just chosen."""
    codes = tuple(
        AuthenticationEvent(method=proof.method, at=proof.at, address=proof.value)
        for proof in ctx.state.proofs
        if proof.value.casefold() == email.casefold()
    )
    chosen = (AuthenticationEvent(method=Method.PASSWORD, at=ctx.now),) if has_password else ()
    return (*codes, *chosen)


@step_config
class UpdatePassword:
    """`create_from: reply` makes the account first when the proven address has none."""

    target: Literal["password"] = "password"
    create_from: Literal["reply"] | None = None
    notice: str | None = None


class UpdatePasswordStep(PlainStep):
    """Sets the password that was typed; other sessions and refresh tokens end when the site says so."""

    verb = "update"
    target = "password"
    config = UpdatePassword

    def enter(self, config: UpdatePassword, ctx: StepContext) -> Result:
        """Judge and hash first, then write."""
        subject = ctx.subject
        if subject is not None and not subject.is_active:
            return Fail(problem=Problem(message="nobody"))
        email = subject.email if subject is not None else ctx.state.text("email")
        if not is_proven(ctx.state.proofs, email, now=ctx.now) and ctx.shown_by is None:
            return Fail(problem=Problem(message="email.unproven"))
        encoded = hash_new_password(ctx, email)
        if isinstance(encoded, Problem):
            return Fail(problem=encoded)
        if subject is None and config.create_from is None:
            return Fail(problem=Problem(message="nobody"))
        account = (
            create_account(ctx, email, account_attributes(ctx, "reply"), is_proven=True)
            if subject is None
            else Account(subject.id, is_new=False)
        )
        if account is None:
            return Fail(problem=Problem(message="nobody"))
        set_password(ctx, account, email, encoded)
        if config.notice is not None:
            notify(ctx, config.notice, to=email)
        return Go(subject_id=account.subject_id, events=_events(ctx, email, has_password=True))


@step_config
class UpdateUser:
    """`set` maps attributes to expressions."""

    target: Literal["user"] = "user"
    set: Mapping[str, str] = field(default_factory=dict)


class UpdateUserStep(PlainStep):
    """Changes attributes of the person who has shown who they are."""

    verb = "update"
    target = "user"
    config = UpdateUser

    def mistakes(self, config: UpdateUser, names: Names) -> Iterable[Mistake]:
        """Only declared attributes that accounts keep, and no address or number: those have to be proven."""
        kept = {name for name, item in names.attributes.by_name.items() if item.stored and item.type not in _PROVEN}
        for name in config.set:
            attribute = names.attributes.get(name)
            if attribute is not None and attribute.type in _PROVEN:
                message = f"`{name}` is not set but proven: `verify` and `enroll` do that"
                yield Mistake(code="F0103", message=message, path=("set", name))
            elif name not in kept:
                hint = did_you_mean(name, kept)
                message = f"accounts keep no `{name}`"
                yield Mistake(code="F0103", message=message, path=("set", name), suggestion=hint)

    def expressions(self, config: UpdateUser) -> Iterable[Expression]:
        """The new values."""
        for name, text in config.set.items():
            yield Expression(text=text, path=("set", name), attribute=name)

    def enter(self, config: UpdateUser, ctx: StepContext) -> Result:
        """Work out all values, then write them."""
        if ctx.shown_by is None:
            return Fail(problem=Problem(message="nobody"))
        values = {name: ctx.evaluate(text) for name, text in config.set.items()}
        changes: dict[str, Json] = {name: None if value == "" else value for name, value in values.items()}
        ctx.ports.subjects.set_attributes(ctx.shown_by, changes, ctx.now)
        return Go()
