"""Opening a site for the commands of an operator: its people and clients, without its flows and texts.

They read the site as development does, because a sample site has accounts and keys too; what only production refuses
changes nothing of what they do. A mistake in a flow keeps nobody from disabling an account.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from idp.cli.console import Refused
from idp.cli.database import check_database, database_sentences
from idp.config.attributes import Attributes
from idp.config.site import Site
from idp.domain.ports import (
    Audit,
    ChallengeStore,
    ClientStore,
    Clock,
    GrantStore,
    JourneyStore,
    OutboxStore,
    PasswordStore,
    Secrets,
    SessionStore,
    SubjectStore,
    Transactions,
)
from idp.providers.crypto import AesSealer, BadSecretsFile, load_secret_keys
from idp.providers.system import SystemClock, SystemSecrets
from idp.settings import Settings, from_env
from idp.stores import Database, build_stores


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskServices:
    """What the commands of an operator work with, by the names that `Services` has for it."""

    site: Site
    attributes: Attributes
    clock: Clock
    secrets: Secrets
    transactions: Transactions
    clients: ClientStore
    subjects: SubjectStore
    passwords: PasswordStore
    sessions: SessionStore
    journeys: JourneyStore
    challenges: ChallengeStore
    grants: GrantStore
    outbox: OutboxStore
    audit: Audit


@contextmanager
def open_services(site: Path) -> Iterator[tuple[DeskServices, Settings]]:
    """The services of a site whose database is ready, and its settings. Raises ConfigError, Refused."""
    settings = from_env(site, development=True)
    check_database(settings)
    with database_sentences():
        try:
            services = _build(settings)
        except BadSecretsFile as error:
            raise Refused(f"keys/: {error}") from error
        yield services, settings


def _build(settings: Settings) -> DeskServices:
    clock = SystemClock()
    secrets = SystemSecrets(clock)
    stores = build_stores(
        Database(settings.database_url),
        sealer=AesSealer(load_secret_keys(settings.keys_folder, secrets), secrets),
        secrets=secrets,
        clients_from_site=settings.load_clients,
    )
    return DeskServices(
        site=settings.site,
        attributes=settings.attributes,
        clock=clock,
        secrets=secrets,
        transactions=stores.transactions,
        clients=stores.clients,
        subjects=stores.subjects,
        passwords=stores.passwords,
        sessions=stores.sessions,
        journeys=stores.journeys,
        challenges=stores.challenges,
        grants=stores.grants,
        outbox=stores.outbox,
        audit=stores.audit,
    )


def operator() -> str:
    """Who runs the command, for the audit: `operator:` and the name of the account on this machine."""
    try:
        return f"operator:{pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"operator:{os.getuid()}"
