"""`find: user`: load somebody by what was typed. Whoever is not found goes on as a ghost: same pages, nobody known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from idp.domain.subject import ACCOUNT_REALM, IdentifierKind
from idp.flows.conditions import ValueType
from idp.flows.configured import step_config
from idp.flows.mistakes import Expression
from idp.flows.screen import Problem
from idp.flows.step import Fail, Go, PlainStep, Result, StepContext


@step_config
class Find:
    """`by` is an expression that gives an e-mail address. `missing: fail` takes `on_fail` when nobody has it."""

    target: Literal["user"] = "user"
    by: str = "email"
    missing: Literal["ghost", "fail"] = "ghost"


class FindStep(PlainStep):
    """Looks somebody up; that alone proves nothing and counts for nothing."""

    verb = "find"
    target = "user"
    config = Find

    def expressions(self, config: Find) -> Iterable[Expression]:
        """The address."""
        yield Expression(text=config.by, path=("by",), expected=ValueType.TEXT)

    def enter(self, config: Find, ctx: StepContext) -> Result:
        """Go on with the person, or without."""
        address = str(ctx.evaluate(config.by))
        subject = ctx.ports.subjects.find(ACCOUNT_REALM, IdentifierKind.EMAIL, address)
        if subject is not None and subject.is_active:
            return Go(subject_id=subject.id)
        return Fail(problem=Problem(message="nobody")) if config.missing == "fail" else Go(ghost=address)
