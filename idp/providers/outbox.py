"""The development outbox as a provider (port Sender): keeps mails, SMS and calls instead of sending them."""

from __future__ import annotations

from idp.domain.outbox import DeliveredMessage, Message
from idp.domain.ports import Clock, DevOutboxStore


class OutboxSender:
    """Writes every message to the development outbox; one with the same id counts once."""

    def __init__(self, store: DevOutboxStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def send(self, message: Message) -> None:
        """Keep it."""
        self._store.add(DeliveredMessage(message=message, sent_at=self._clock.now()))
