"""What the engine works with: its ports, and the few facts about the site that tokens depend on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.ports import (
    Audit,
    ClientStore,
    Clock,
    Digester,
    GrantStore,
    Keyring,
    ReplayStore,
    Secrets,
    SessionStore,
    SubjectStore,
)
from idp.domain.values import AssuranceLevels
from idp.protocol.claims import ClaimCatalog

CODE_LIFE = timedelta(seconds=60)
REFRESH_RETRY = timedelta(seconds=30)
"""How long a lost answer to a refresh may be asked for again (RFC 9700 §4.14.2)."""
ACCESS, REFRESH, CODE = "access", "refresh", "code"
"""Purposes of the digests that codes and tokens are known by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthParts:
    """Ports and facts. `issuer` is configured, never taken from a request."""

    issuer: str
    levels: AssuranceLevels
    catalog: ClaimCatalog
    clients: ClientStore
    subjects: SubjectStore
    sessions: SessionStore
    grants: GrantStore
    replay: ReplayStore
    audit: Audit
    keyring: Keyring
    clock: Clock
    secrets: Secrets
    digester: Digester
