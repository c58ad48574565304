"""Stores: the memory of the house, on SQLAlchemy Core. One file an aggregate: its table, its mapping, its store.

`build_stores` is the only way in. Stores give and take frozen domain values; every verb that changes something
security relevant is one conditional statement or one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idp.domain.client import Client
from idp.domain.ports import (
    Audit,
    BudgetStore,
    ChallengeStore,
    ClientStore,
    ConsentStore,
    DevOutboxStore,
    FlowVersionStore,
    GrantStore,
    InteractionStore,
    JourneyStore,
    OutboxStore,
    PasswordStore,
    Purger,
    ReplayStore,
    Sealer,
    Secrets,
    SessionStore,
    SubjectStore,
    Transactions,
)
from idp.stores.audit import SqlAudit
from idp.stores.challenges import SqlChallengeStore
from idp.stores.clients import SqlClientStore
from idp.stores.consents import SqlConsentStore
from idp.stores.credentials import SqlPasswordStore
from idp.stores.db import Database
from idp.stores.dev_outbox import SqlDevOutboxStore
from idp.stores.grants import SqlGrantStore
from idp.stores.interactions import SqlInteractionStore
from idp.stores.journeys import SqlFlowVersionStore, SqlJourneyStore
from idp.stores.outbox import SqlOutboxStore
from idp.stores.purge import SqlPurger
from idp.stores.replay import SqlReplayStore
from idp.stores.sessions import SqlSessionStore
from idp.stores.subjects import SqlSubjectStore
from idp.stores.throttle import SqlBudgetStore

__all__ = ["Database", "Stores", "build_stores"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Every store of one database."""

    transactions: Transactions
    clients: ClientStore
    subjects: SubjectStore
    passwords: PasswordStore
    sessions: SessionStore
    interactions: InteractionStore
    journeys: JourneyStore
    flow_versions: FlowVersionStore
    challenges: ChallengeStore
    budgets: BudgetStore
    consents: ConsentStore
    grants: GrantStore
    replays: ReplayStore
    outbox: OutboxStore
    dev_outbox: DevOutboxStore
    audit: Audit
    purger: Purger


def build_stores(
    database: Database, *, sealer: Sealer, secrets: Secrets, clients_from_site: Callable[[], Sequence[Client]]
) -> Stores:
    """All stores on one database. `clients_from_site` may read `clients.yaml` again; it is asked every 5 s at most."""
    return Stores(
        transactions=database,
        clients=SqlClientStore(database, clients_from_site),
        subjects=SqlSubjectStore(database),
        passwords=SqlPasswordStore(database),
        sessions=SqlSessionStore(database),
        interactions=SqlInteractionStore(database),
        journeys=SqlJourneyStore(database),
        flow_versions=SqlFlowVersionStore(database),
        challenges=SqlChallengeStore(database),
        budgets=SqlBudgetStore(database),
        consents=SqlConsentStore(database),
        grants=SqlGrantStore(database),
        replays=SqlReplayStore(database),
        outbox=SqlOutboxStore(database, sealer),
        dev_outbox=SqlDevOutboxStore(database, sealer),
        audit=SqlAudit(database, secrets),
        purger=SqlPurger(database),
    )
