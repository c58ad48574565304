"""Judging and hashing a new password, and setting it with what ends then."""

from __future__ import annotations

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.endings import end_sessions
from idp.domain.ports import HasherBusy
from idp.flows.screen import Problem
from idp.flows.step import StepContext
from idp.steps.failures import password_failures
from idp.steps.new_account import Account
from idp.steps.passwords import judge_password


def hash_new_password(ctx: StepContext, email: str) -> str | Problem:
    """The encoded hash of the password that was typed twice, or the first thing wrong with it."""
    password = ctx.typed_secrets.get("new_password", "")
    policy = ctx.site.password
    broken = judge_password(password, policy, email=email, is_breached=ctx.ports.breached.contains)
    if broken is not None:
        params = {"min": policy.min_length, "max": policy.max_length}
        return Problem(message=broken, field="new_password", params=params)
    if ctx.typed_secrets.get("new_password_confirm", password) != password:
        return Problem(message="password.mismatch", field="new_password_confirm")
    try:
        return ctx.ports.hasher.hash(password)
    except HasherBusy:
        return Problem(message="busy")


def set_password(ctx: StepContext, account: Account, email: str, encoded: str) -> None:
    """Write it down. What the old one opened ends when the site says so, and so does the count of wrong ones."""
    subject_id = account.subject_id
    ctx.ports.passwords.set(subject_id, encoded, ctx.now)
    password_failures(ctx, email).clear()
    if ctx.site.password.ends_sessions and not account.is_new:
        _end_other_sessions(ctx, subject_id)
    ctx.ports.audit.record(
        AuditEvent(
            kind=AuditKind.PASSWORD_SET, at=ctx.now, actor=subject_id, subject_id=subject_id, client_id=ctx.client.id
        )
    )


def _end_other_sessions(ctx: StepContext, subject_id: str) -> None:
    """End the subject's other sessions, journeys and refresh tokens; their clients get a notice."""
    subject = ctx.ports.subjects.get(subject_id)
    if subject is not None:
        end_sessions(subject, ctx.ports, now=ctx.now, but=ctx.journey.session_id, but_journey=ctx.journey.id)
