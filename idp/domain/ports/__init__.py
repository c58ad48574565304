"""Ports: what the house needs from outside, as narrow protocols.

Every store verb that changes something security relevant is one statement or runs in one `Transactions.unit()`.
Stores return frozen domain values, never rows. Times are aware UTC datetimes and always passed in as `now`.
Digests are made by `Digester`, so no store ever sees a secret.
"""

from __future__ import annotations

from idp.domain.ports.credentials import BreachedPasswords, HasherBusy, Keyring, PasswordHasher
from idp.domain.ports.grants import ClientStore, ConsentStore, GrantStore, ReplayStore
from idp.domain.ports.house import Audit, Clock, Digester, Purger, Sealer, Secrets, StoreUnavailable, Transactions
from idp.domain.ports.journeys import BudgetStore, ChallengeStore, FlowVersionStore, InteractionStore, JourneyStore
from idp.domain.ports.outside import (
    DeliveryFailed,
    DevOutboxStore,
    HookCaller,
    HookFailed,
    LogoutNotifier,
    OutboxStore,
    Sender,
)
from idp.domain.ports.people import PasswordStore, SessionStore, SubjectStore

__all__ = [
    "Audit",
    "BreachedPasswords",
    "BudgetStore",
    "ChallengeStore",
    "ClientStore",
    "Clock",
    "ConsentStore",
    "DeliveryFailed",
    "DevOutboxStore",
    "Digester",
    "FlowVersionStore",
    "GrantStore",
    "HasherBusy",
    "HookCaller",
    "HookFailed",
    "InteractionStore",
    "JourneyStore",
    "Keyring",
    "LogoutNotifier",
    "OutboxStore",
    "PasswordHasher",
    "PasswordStore",
    "Purger",
    "ReplayStore",
    "Sealer",
    "Secrets",
    "Sender",
    "SessionStore",
    "StoreUnavailable",
    "SubjectStore",
    "Transactions",
]
