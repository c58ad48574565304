"""What `site.yaml` declares, resolved once into frozen values and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from idp.domain.values import AssuranceLevels, JsonObject


class HookType(StrEnum):
    """Types of what goes to and comes back from a hook."""

    TEXT = "text"
    INT = "int"
    BOOL = "bool"
    DATE = "date"
    OBJECT = "object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One HTTP call another system answers. `reply` names and types the members that may come back.

    `timeout` is for the whole call; `secret` signs the body (HMAC-SHA256); `retry` is how long the outbox tries.
    """

    name: str
    url: str
    send: Mapping[str, HookType]
    reply: Mapping[str, HookType]
    timeout: timedelta = timedelta(seconds=3)
    secret: str | None = None
    retry: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy:
    """What a password must be. `classes` are of lower, upper, digit, symbol; `min_classes` of them must appear."""

    min_length: int = 15
    max_length: int = 128
    classes: tuple[str, ...] = ()
    min_classes: int = 0
    breached: bool = True
    ends_sessions: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePolicy:
    """One-time codes of a channel."""

    digits: int
    life: timedelta
    max_tries: int = 5
    cooldowns: tuple[timedelta, ...] = (timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120))


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """At most `limit` in `window`; `per` is number, prefix, address, account, source or all."""

    per: str
    limit: int
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The sender of mails: shown on pages as `domain` and `name`."""

    sender: str
    names: Mapping[str, str]
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Argon2:
    """The cost of argon2id: memory in KiB, passes over it, lanes."""

    memory_kib: int = 47104
    passes: int = 1
    lanes: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One tenant's site. `folder` is where it was read from; addresses are resolved already.

    `urls` are the database and the providers as the file names them (database, mail, sms, voice, redis); what counts
    in the end is in the settings. `port_base` is where the loopback addresses begin, in development only.
    """

    folder: Path
    names: Mapping[str, str]
    issuer: str
    locales: tuple[str, ...]
    zone: str
    levels: AssuranceLevels
    hooks: Mapping[str, Hook]
    password: PasswordPolicy
    codes: Mapping[str, CodePolicy]  # by channel: mail, sms, voice
    link_life: timedelta
    form_life: timedelta
    journey_life: timedelta
    budgets: Mapping[str, tuple[Budget, ...]]  # by channel: mail, sms, voice; and sign_in, password, code
    countries: tuple[str, ...]  # ISO 3166 codes whose numbers may get messages, the default first
    mail: MailSettings
    session_idle: timedelta
    session_absolute: timedelta
    is_development: bool
    brand: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # help, privacy, terms: by language
    steps: tuple[str, ...] = ()  # entry points of third-party step types
    seeds: tuple[JsonObject, ...] = ()  # development only
    trusted_proxies: tuple[str, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    port_base: int | None = None
    argon2: Argon2 = field(default_factory=Argon2)
