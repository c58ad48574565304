"""All that the house works with, as one frozen value, and the one place where it is wired together.

Tests build a `Services` of their own; everybody else calls `build_services`. Knows no web framework.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from idp.config.attributes import Attributes
from idp.config.site import Site
from idp.config.texts import Texts
from idp.domain.challenge import Channel
from idp.domain.ports import (
    Audit,
    BreachedPasswords,
    BudgetStore,
    ChallengeStore,
    ClientStore,
    Clock,
    ConsentStore,
    DevOutboxStore,
    Digester,
    FlowVersionStore,
    GrantStore,
    HookCaller,
    InteractionStore,
    JourneyStore,
    Keyring,
    LogoutNotifier,
    OutboxStore,
    PasswordHasher,
    PasswordStore,
    Purger,
    ReplayStore,
    Sealer,
    Secrets,
    Sender,
    SessionStore,
    SubjectStore,
    Transactions,
)
from idp.flows.assembly import build_runtime
from idp.flows.runtime import FlowRuntime
from idp.flows.step import StepPorts
from idp.oauth.parts import OAuthParts
from idp.oauth.server import OAuthServer
from idp.protocol.claims import ClaimCatalog, ClaimRule
from idp.providers.channels import build_senders
from idp.providers.crypto import AesSealer, KeyedDigester, load_secret_keys
from idp.providers.hooks import HttpHookCaller
from idp.providers.keyring import FileKeyring
from idp.providers.logout import HttpLogoutNotifier
from idp.providers.outbound import Outbound
from idp.providers.passwords.argon2 import Argon2Hasher
from idp.providers.passwords.breached import ListedPasswords
from idp.providers.senders import SenderParts
from idp.providers.system import SystemClock, SystemSecrets
from idp.settings import Settings
from idp.steps import REGISTRY
from idp.stores import Database, Stores, build_stores


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The site as it was read, the ports, the two engines. Stores go by the names of their ports."""

    site: Site
    attributes: Attributes
    texts: Texts
    catalog: ClaimCatalog
    clock: Clock
    secrets: Secrets
    digester: Digester
    sealer: Sealer
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
    keyring: Keyring
    hasher: PasswordHasher
    breached: BreachedPasswords
    hooks: HookCaller
    senders: Mapping[Channel, Sender]
    notifier: LogoutNotifier
    oauth: OAuthServer
    flows: FlowRuntime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outside:
    """Everything that is neither stored nor decided here."""

    clock: Clock
    secrets: Secrets
    digester: Digester
    sealer: Sealer
    keyring: Keyring
    hasher: PasswordHasher
    breached: BreachedPasswords
    hooks: HookCaller
    notifier: LogoutNotifier


def build_services(settings: Settings) -> Services:
    """Wire the house. Raises ConfigError for flows or texts that cannot be used, BadSenderUrl for a provider's URL."""
    site = settings.site
    outside = _build_outside(settings)
    stores = build_stores(
        Database(settings.database_url),
        sealer=outside.sealer,
        secrets=outside.secrets,
        clients_from_site=settings.load_clients,
    )
    catalog = build_catalog(settings.attributes)
    return Services(
        site=site,
        attributes=settings.attributes,
        texts=Texts.load(site.folder, site.locales),
        catalog=catalog,
        senders=_build_senders(settings, outside, stores),
        oauth=_build_oauth(settings, outside, stores, catalog),
        flows=_build_flows(settings, outside, stores),
        **_by_name(outside),
        **_by_name(stores),
    )


def _by_name(ports: _Outside | Stores) -> dict[str, Any]:
    """The ports by the names of their fields, which are those of `Services`."""
    return {field.name: getattr(ports, field.name) for field in fields(ports)}


def build_catalog(attributes: Attributes) -> ClaimCatalog:
    """The claims that `attributes.yaml` declares; e-mail and phone are known to the house and are not repeated."""
    own = ClaimCatalog().claims()
    return ClaimCatalog(
        tuple(
            ClaimRule(claim=item.claim, scope=item.scope, attribute=item.name)
            for item in attributes.by_name.values()
            if item.claim is not None and item.scope is not None and item.claim not in own
        )
    )


def _build_outside(settings: Settings) -> _Outside:
    clock = SystemClock()
    secrets = SystemSecrets(clock)
    keys = load_secret_keys(settings.keys_folder, secrets)
    outbound = Outbound(is_development=settings.is_development, ca_file=settings.ca_file)
    return _Outside(
        clock=clock,
        secrets=secrets,
        digester=KeyedDigester(keys),
        sealer=AesSealer(keys, secrets),
        keyring=FileKeyring(settings.keys_folder, clock),
        hasher=Argon2Hasher(secrets, settings.argon2),
        breached=ListedPasswords(),
        hooks=HttpHookCaller(settings.site.hooks, outbound),
        notifier=HttpLogoutNotifier(outbound),
    )


def _build_senders(settings: Settings, outside: _Outside, stores: Stores) -> Mapping[Channel, Sender]:
    named = {Channel.MAIL: settings.mail_url, Channel.SMS: settings.sms_url, Channel.VOICE: settings.voice_url}
    parts = SenderParts(
        clock=outside.clock,
        mail=settings.site.mail,
        dev_outbox=stores.dev_outbox if settings.is_development else None,
        ca_file=settings.ca_file,
    )
    return build_senders({channel: url for channel, url in named.items() if url}, parts)


def _build_oauth(settings: Settings, outside: _Outside, stores: Stores, catalog: ClaimCatalog) -> OAuthServer:
    return OAuthServer(
        OAuthParts(
            issuer=settings.site.issuer,
            levels=settings.site.levels,
            catalog=catalog,
            clients=stores.clients,
            subjects=stores.subjects,
            sessions=stores.sessions,
            grants=stores.grants,
            replay=stores.replays,
            audit=stores.audit,
            keyring=outside.keyring,
            clock=outside.clock,
            secrets=outside.secrets,
            digester=outside.digester,
        )
    )


def _build_flows(settings: Settings, outside: _Outside, stores: Stores) -> FlowRuntime:
    return build_runtime(
        site=settings.site,
        attributes=settings.attributes,
        registry=REGISTRY,
        ports=StepPorts(
            secrets=outside.secrets,
            digester=outside.digester,
            subjects=stores.subjects,
            passwords=stores.passwords,
            sessions=stores.sessions,
            journeys=stores.journeys,
            grants=stores.grants,
            challenges=stores.challenges,
            budgets=stores.budgets,
            consents=stores.consents,
            outbox=stores.outbox,
            audit=stores.audit,
            hasher=outside.hasher,
            breached=outside.breached,
            hooks=outside.hooks,
        ),
        clients=stores.clients,
        versions=stores.flow_versions,
        transactions=stores.transactions,
        clock=outside.clock,
    )
