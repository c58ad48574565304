"""Judging and hashing a new password, and what ends when one is set."""

from __future__ import annotations

from idp.domain.endings import end_sessions
from idp.domain.ports import HasherBusy
from idp.flows.screen import Problem
from idp.flows.step import StepContext
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


def end_other_sessions(ctx: StepContext, subject_id: str) -> None:
    """End the subject's other sessions, journeys and refresh tokens; their clients get a notice."""
    ports = ctx.ports
    end_sessions(
        subject_id,
        but=ctx.journey.session_id,
        but_journey=ctx.journey.id,
        sessions=ports.sessions,
        journeys=ports.journeys,
        grants=ports.grants,
        outbox=ports.outbox,
        secrets=ports.secrets,
        now=ctx.now,
    )
