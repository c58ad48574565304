"""Judging a one-time code that was typed: a few comparisons a code, and a budget over all codes of an address."""

from __future__ import annotations

import re
import unicodedata

from idp.domain.audit import AuditKind
from idp.domain.challenge import Challenge, Channel, Lapsed, Passed, Wrong
from idp.flows.screen import Problem
from idp.flows.step import StepContext
from idp.steps.failures import code_failures
from idp.steps.refusals import record_refusal

_SEPARATORS = re.compile("[\\s\\-\u2010-\u2015\u2212\u30fc]")


def clean_code(typed: str) -> str:
    """A code as it was meant: full-width digits narrowed, spaces and hyphens dropped."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))


def check_code(ctx: StepContext, typed: str) -> Challenge | Problem:
    """Compare what was typed with the code of this step, counting it."""
    code = clean_code(typed)
    if not code:
        return Problem(message="code.required", field="code")
    challenge_id, address = str(ctx.local["challenge_id"]), str(ctx.local["address"])
    if (problem := locked(ctx, address)) is not None:
        return problem
    failures = code_failures(ctx, address)
    result = ctx.ports.challenges.attempt(challenge_id, ctx.ports.digester.digest(f"otp:{challenge_id}", code), ctx.now)
    match result:
        case Lapsed():
            return Problem(message="code.too_many" if result.reason == "too_many" else "code.expired", field="code")
        case _ if not failures.count():  # others guessed at the same moment: right or wrong stays unsaid
            return Problem(message="code.too_many", field="code")
        case Passed():
            failures.clear()
            return result.challenge
        case Wrong():
            record_refusal(ctx, AuditKind.CODE_REFUSED, Channel(str(ctx.local["channel"])), address)
            return _wrong(result)


def locked(ctx: StepContext, address: str) -> Problem | None:
    """After many wrong codes none is compared for a while, and so none is sent either."""
    budget = code_failures(ctx, address).spent()
    if budget is None:
        return None
    return Problem(message="code.locked", field="code", params={"minutes": int(budget.window.total_seconds() // 60)})


def _wrong(result: Wrong) -> Problem:
    if result.tries_left <= 0:
        return Problem(message="code.too_many", field="code")
    return Problem(message="code.wrong", field="code", params={"tries_left": result.tries_left})
