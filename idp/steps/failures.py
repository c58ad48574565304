"""Counting wrong answers against budgets: passwords per address typed, codes and pages per person or address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.config.site import Budget
from idp.domain.ports import BudgetStore
from idp.flows.step import StepContext

PAGE_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """The wrong answers of one kind about one thing, in each window that the site names."""

    of: str
    rules: tuple[Budget, ...]
    budgets: BudgetStore
    now: datetime

    def spent(self) -> Budget | None:
        """The first budget that is used up; None while another try may be compared."""
        used = self.budgets.used
        full = (rule for rule in self.rules if used(self.of, window=rule.window, now=self.now) >= rule.limit)
        return next(full, None)

    def count(self) -> bool:
        """Count a try; False when others have used the budget up at the same moment."""
        spend = self.budgets.spend
        return all(spend(self.of, limit=rule.limit, window=rule.window, now=self.now) for rule in self.rules)

    def clear(self) -> None:
        """Forget them, after a right answer."""
        self.budgets.clear(self.of)


def password_failures(ctx: StepContext, address: str) -> Failures:
    """Wrong passwords typed for an address, whether or not it has an account."""
    return _failures(ctx, "password", f"password:{address.casefold()}")


def code_failures(ctx: StepContext, address: str) -> Failures:
    """Wrong codes sent to an address or number.

    Strangers cannot use up the tries of somebody who has shown who they are and types a code of their own.
    """
    subject = ctx.subject if ctx.shown_by is not None else None
    own = () if subject is None else (subject.email, *(phone.number for phone in subject.phones))
    is_own = address.casefold() in {each.casefold() for each in own}
    whose = subject.id if subject is not None and is_own else "anyone"
    return _failures(ctx, "code", f"code:{whose}:{address.casefold()}")


def page_failures(ctx: StepContext, page: str, limit: int) -> Failures:
    """What a page's checks refused, over all journeys of one person or one proven address."""
    proven = next((proof.value for proof in reversed(ctx.state.proofs)), None)
    whose = ctx.state.subject_id or proven or ctx.journey.id
    rule = Budget(per="account", limit=limit, window=PAGE_WINDOW)
    return Failures(of=f"page:{page}:{whose.casefold()}", rules=(rule,), budgets=ctx.ports.budgets, now=ctx.now)


def _failures(ctx: StepContext, kind: str, of: str) -> Failures:
    return Failures(of=of, rules=ctx.site.budgets.get(kind, ()), budgets=ctx.ports.budgets, now=ctx.now)
