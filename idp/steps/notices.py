"""Mails that are not codes: written to the outbox in the transaction of what they tell about."""

from __future__ import annotations

from datetime import timedelta

from idp.domain.challenge import Channel
from idp.domain.outbox import Job, JobKind
from idp.domain.values import JsonObject
from idp.flows.step import StepContext

NOTICE_LIFE = timedelta(days=3)


def notify(ctx: StepContext, template: str, *, to: str | None = None, params: JsonObject | None = None) -> None:
    """Put one mail into the outbox: to the known person's address, or to `to`. Without either nothing is sent."""
    subject = ctx.subject
    address = to or (subject.email if subject is not None else None)
    if address is None:
        return
    name = "" if subject is None else str(subject.attributes.get("name") or "")
    ctx.ports.outbox.add(
        Job(
            id=ctx.ports.secrets.identifier(),
            kind=JobKind.MESSAGE,
            payload={
                "template": template,
                "channel": Channel.MAIL.value,
                "to": address,
                "locale": ctx.journey.locale,
                "params": {
                    "at": ctx.now.isoformat(),
                    "name": name,
                    "email": address,
                    "client_id": ctx.client.id,
                    "return_to": ctx.journey.return_to,
                    **(params or {}),
                },
                "code": None,
                "link": None,
            },
            due_at=ctx.now,
            expires_at=ctx.now + NOTICE_LIFE,
        )
    )
