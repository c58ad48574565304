"""`hook` jobs: a call that another system gets later, again and again until it takes it."""

from __future__ import annotations

from idp.delivery.ports import DeliveryPorts
from idp.domain.outbox import Job
from idp.domain.ports import HookFailed


def call_hook(job: Job, ports: DeliveryPorts) -> None:
    """Call it, with the job's id as idempotency key; what it replies is not needed. Raises HookFailed."""
    send = job.payload["send"]
    if not isinstance(send, dict):
        raise HookFailed("a job without anything to send")
    ports.hooks.call(str(job.payload["hook"]), send, idempotency_key=job.id)
