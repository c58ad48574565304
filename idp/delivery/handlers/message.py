"""`message` jobs: render one mail, SMS or call and hand it to its channel's provider.

The message's id is the job's, so a provider (and the development outbox) can tell a repetition after a crash.
"""

from __future__ import annotations

import logging

from idp.delivery.ports import DeliveryPorts
from idp.domain.masking import mask_recipient
from idp.domain.outbox import Job
from idp.domain.ports import DeliveryFailed

log = logging.getLogger("sekisho.delivery")


def send_message(job: Job, ports: DeliveryPorts) -> None:
    """Send it. Raises DeliveryFailed."""
    message = ports.render(job.payload, job.id)
    sender = ports.senders.get(message.channel)
    if sender is None:
        raise DeliveryFailed(f"no provider for {message.channel.value}", is_final=True)
    sender.send(message)
    log.info("sent %s %s to %s", message.channel.value, job.payload["template"], mask_recipient(message.to))
