"""The shape of `site.yaml` as it is written, with the hard bounds of every figure.

NIST SP 800-63B-4 §3.1, OWASP ASVS 5.0 V6 and V7.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, Field

from idp.config.schema import Duration, Name, Strict, Texts, Word, WrongForm
from idp.config.site import HookType
from idp.config.suggest import did_you_mean

MARK_FORM = r"^[MmLlHhVvCcSsQqTtAaZz0-9 ,.+-]{1,2000}$"
"""Path data of an SVG, and nothing that could be markup."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def _check_language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError("must be a language tag like ja, en or zh-Hant")
    return tag


def _check_email(address: str) -> str:
    if not _EMAIL.fullmatch(address):
        raise ValueError("must be an e-mail address")
    return address


def _check_domain(name: str) -> str:
    if not _DOMAIN.fullmatch(name):
        raise ValueError("must be a domain name in lower case")
    return name


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = did_you_mean(name, available_timezones())
        raise WrongForm("must be a time zone like Asia/Tokyo", suggestion=near) from None
    return name


def _check_country(code: str) -> str:
    if code not in SUPPORTED_REGIONS:
        near = did_you_mean(code.upper(), SUPPORTED_REGIONS)
        raise WrongForm("must be a country like JP", suggestion=near)
    return code


def _check_network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ValueError("must be an address or network like 10.0.0.0/8") from None
    return text


def _within(said: str, highest: timedelta) -> AfterValidator:
    def check(value: timedelta) -> timedelta:
        if value > highest:
            raise WrongForm(f"must be at most {said}", suggestion=said)
        return value

    return AfterValidator(check)


Language = Annotated[str, AfterValidator(_check_language)]
Email = Annotated[str, AfterValidator(_check_email)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?$")]
Size = Annotated[str, Field(pattern=r"^([0-9]{0,2}(\.[0-9]{1,4})?rem|0)$")]
CodeLife = Annotated[Duration, _within("10m", timedelta(minutes=10))]
Day = Annotated[Duration, _within("24h", timedelta(hours=24))]


class HookModel(Strict):
    """One hook as written."""

    url: Word
    send: dict[Name, Annotated[HookType, Field(strict=False)]] = Field(default_factory=dict)
    reply: dict[Name, Annotated[HookType, Field(strict=False)]] = Field(default_factory=dict)
    timeout: Annotated[Duration, _within("10s", timedelta(seconds=10))] = timedelta(seconds=3)
    secret: Annotated[str, Field(min_length=8, max_length=200)] | None = None
    secret_file: Word | None = None
    retry: Annotated[Duration, _within("30d", timedelta(days=30))] = timedelta(days=7)


class PasswordModel(Strict):
    """The password rule as written. The lower bound of 8 is NIST's; 64 is what must always be taken."""

    min_length: Annotated[int, Field(ge=8, le=64)] = 15
    max_length: Annotated[int, Field(ge=64, le=128)] = 128
    classes: list[Literal["lower", "upper", "digit", "symbol"]] = Field(default_factory=list)
    min_classes: Annotated[int, Field(ge=0, le=4)] = 0
    breached: bool = True
    ends_sessions: bool = True


class CodeModel(Strict):
    """The codes of one channel as written."""

    digits: Annotated[int, Field(ge=6, le=10)]
    life: CodeLife
    tries: Annotated[int, Field(ge=1, le=10)] = 5
    cooldown: Annotated[list[Duration], Field(min_length=1, max_length=10)] = Field(
        default_factory=lambda: [timedelta(seconds=seconds) for seconds in (30, 60, 120)]
    )


class CodesModel(Strict):
    """Codes by channel; a channel that is not there is off."""

    mail: CodeModel = Field(default_factory=lambda: CodeModel(digits=8, life=timedelta(minutes=10)))
    sms: CodeModel | None = None
    voice: CodeModel | None = None


DEFAULT_FAILURES = 10
"""How many wrong passwords or codes an account takes within a window."""


class BudgetModel(Strict):
    """One budget as written."""

    per: Literal["address", "number", "prefix", "account", "all"]
    limit: Annotated[int, Field(ge=1, le=10_000_000)]
    window: Annotated[Duration, _within("30d", timedelta(days=30))]


def _failures(*, minutes: int) -> BudgetModel:
    return BudgetModel(per="account", limit=DEFAULT_FAILURES, window=timedelta(minutes=minutes))


class BudgetsModel(Strict):
    """Budgets of messages by channel, and of failures by what failed; failures have one even where none is written."""

    mail: list[BudgetModel] = Field(default_factory=list)
    sms: list[BudgetModel] = Field(default_factory=list)
    voice: list[BudgetModel] = Field(default_factory=list)
    password: list[BudgetModel] = Field(default_factory=lambda: [_failures(minutes=10)], min_length=1)
    code: list[BudgetModel] = Field(default_factory=lambda: [_failures(minutes=60)], min_length=1)


class MailModel(Strict):
    """The sender of mails as written; `domain` is what people have to let through."""

    sender: Email
    name: Texts
    domain: Annotated[str, AfterValidator(_check_domain)] | None = None


class LivesModel(Strict):
    """How long things wait for a person."""

    link: Day = timedelta(minutes=60)
    form: Day = timedelta(minutes=60)
    journey: Day = timedelta(minutes=30)


class SessionsModel(Strict):
    """How long a browser stays signed in."""

    idle: Annotated[Duration, _within("7d", timedelta(days=7))] = timedelta(hours=1)
    absolute: Annotated[Duration, _within("30d", timedelta(days=30))] = timedelta(hours=24)


class Argon2Model(Strict):
    """The cost of password hashes as written."""

    memory_kib: Annotated[int, Field(ge=19456, le=1048576)] = 47104
    passes: Annotated[int, Field(ge=1, le=10)] = 1
    lanes: Annotated[int, Field(ge=1, le=4)] = 1


class BrandModel(Strict):
    """The tenant's mark in the header and what a brand may change of the look; `dark_…` for dark screens."""

    mark: Annotated[str, Field(pattern=MARK_FORM)] | None = None
    accent: Colour | None = None
    accent_deep: Colour | None = None
    accent_wash: Colour | None = None
    on_accent: Colour | None = None
    beam: Colour | None = None
    ground: Colour | None = None
    wash: Colour | None = None
    dark_accent: Colour | None = None
    dark_accent_deep: Colour | None = None
    dark_accent_wash: Colour | None = None
    dark_on_accent: Colour | None = None
    dark_beam: Colour | None = None
    dark_ground: Colour | None = None
    dark_wash: Colour | None = None
    radius: Size | None = None
    logo: Size | None = None
    font: Annotated[str, Field(pattern=r'^[A-Za-z0-9 ,"-]{1,300}$')] | None = None


class LinksModel(Strict):
    """Pages of the site itself that every page of ours leads to."""

    home: Texts = Field(default_factory=dict)
    help: Texts = Field(default_factory=dict)
    privacy: Texts = Field(default_factory=dict)
    terms: Texts = Field(default_factory=dict)


class UrlsModel(Strict):
    """Where database and providers are; `SEKISHO_…_URL` wins."""

    database: Word | None = None
    mail: Word | None = None
    sms: Word | None = None
    voice: Word | None = None
    redis: Word | None = None


def _seed_value(value: object) -> str | bool:
    if isinstance(value, bool) or (isinstance(value, str) and value != ""):
        return value
    raise ValueError("must be text, true or false")


class SeedModel(Strict):
    """One account that a development site begins with."""

    email: Email
    password: Annotated[str, Field(min_length=8, max_length=128)]
    phones: list[Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$")]] = Field(default_factory=list)
    attributes: dict[Name, Annotated[Any, AfterValidator(_seed_value)]] = Field(default_factory=dict)
    signed_in: list[Word] = Field(default_factory=list)


class DevelopmentModel(Strict):
    """Words that production refuses."""

    port_base: Annotated[int, Field(ge=1024, le=65525)] | None = None
    seeds: list[SeedModel] = Field(default_factory=list)


class SiteModel(Strict):
    """The whole file as written."""

    name: Texts
    issuer: Word
    locales: Annotated[list[Language], Field(min_length=1, max_length=40)]
    zone: Annotated[str, AfterValidator(_check_zone)] = "UTC"
    acr: Annotated[list[Annotated[str, Field(pattern=r"^[!#-\[\]-~]{1,100}$")]], Field(min_length=1, max_length=5)]
    password: PasswordModel = Field(default_factory=PasswordModel)
    codes: CodesModel = Field(default_factory=CodesModel)
    lives: LivesModel = Field(default_factory=LivesModel)
    sessions: SessionsModel = Field(default_factory=SessionsModel)
    budgets: BudgetsModel = Field(default_factory=BudgetsModel)
    countries: list[Annotated[str, AfterValidator(_check_country)]] = Field(default_factory=list)
    mail: MailModel
    hooks: dict[Name, HookModel] = Field(default_factory=dict)
    links: LinksModel = Field(default_factory=LinksModel)
    brand: BrandModel = Field(default_factory=BrandModel)
    steps: list[Word] = Field(default_factory=list)
    trusted_proxies: list[Annotated[str, AfterValidator(_check_network)]] = Field(default_factory=list)
    urls: UrlsModel = Field(default_factory=UrlsModel)
    argon2: Argon2Model = Field(default_factory=Argon2Model)
    development: DevelopmentModel | None = None
