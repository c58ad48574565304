"""What was refused about a message or a code, as the audit keeps it: to whom masked, never what was typed."""

from __future__ import annotations

from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.challenge import Channel
from idp.domain.masking import mask_address, mask_number
from idp.flows.step import StepContext


def record_refusal(ctx: StepContext, kind: AuditKind, channel: Channel, address: str) -> None:
    """Write it down."""
    masked = mask_address(address) if channel is Channel.MAIL else mask_number(address)
    ctx.ports.audit.record(
        AuditEvent(
            kind=kind,
            at=ctx.now,
            actor=ctx.state.subject_id or "system",
            subject_id=ctx.state.subject_id,
            client_id=ctx.client.id,
            detail={"channel": channel.value, "to": masked},
        )
    )
