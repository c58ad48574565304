"""What delivering needs from outside: the ports its handlers may use, and nothing else of the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from idp.domain.challenge import Channel
from idp.domain.outbox import Message
from idp.domain.ports import (
    ChallengeStore,
    ClientStore,
    Clock,
    HookCaller,
    Keyring,
    LogoutNotifier,
    OutboxStore,
    Secrets,
    Sender,
    SubjectStore,
    Transactions,
)
from idp.domain.values import JsonObject

RenderMessage = Callable[[JsonObject, str], Message]
"""Payload of a `message` job and message id to the finished message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPorts:
    """The outside as handlers see it. `senders` has one entry for every channel that is in use."""

    issuer: str
    clock: Clock
    secrets: Secrets
    transactions: Transactions
    outbox: OutboxStore
    challenges: ChallengeStore
    subjects: SubjectStore
    clients: ClientStore
    hooks: HookCaller
    keyring: Keyring
    notifier: LogoutNotifier
    senders: Mapping[Channel, Sender]
    render: RenderMessage
