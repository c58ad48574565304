"""All settings, read once: the site's YAML, overridden by `SEKISHO_*` variables, as frozen values to be passed down.

The only reader of the environment. Whether this is development is said by the command that runs, never inferred.
Knows neither flows nor texts: their own rooms read them from `folder`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from idp.config.attributes import Attributes
from idp.config.clients_watch import ClientsWatch
from idp.config.environment import WRONG_VALUE, Environment, read_environment
from idp.config.findings import ConfigError, Finding
from idp.config.site import Argon2, Site
from idp.config.site_folder import CLIENTS_FILE, Frame, SiteFolder, known_words, load_folder
from idp.domain.challenge import Channel
from idp.domain.client import Client
from idp.providers.channels import build_senders
from idp.providers.senders import BadSenderUrl, SenderParts
from idp.providers.system import SystemClock

DEFAULT_PORT_BASE = 9000
OUTBOX = "outbox:"
MISSING_PROVIDER, OUTBOX_IN_PRODUCTION = "S0042", "S0043"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that wiring needs to know. `load_clients` reads `clients.yaml` again when it has changed.

    `mail_url`, `sms_url` and `voice_url` are empty when the channel is off. `redis_url` is accepted, not used yet.
    """

    folder: Path
    site: Site
    attributes: Attributes
    load_clients: Callable[[], tuple[Client, ...]]
    database_url: str
    mail_url: str
    sms_url: str
    voice_url: str
    redis_url: str | None
    ca_file: Path | None
    port_base: int
    keys_folder: Path
    var_folder: Path
    argon2: Argon2
    is_development: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What reading a site gave: settings only when there is no finding. Notices name what is open or unsafe.

    `read` is what could be made of the files, for checking flows and texts against it.
    """

    read: SiteFolder
    settings: Settings | None
    findings: tuple[Finding, ...]
    notices: tuple[Finding, ...]


def from_env(folder: Path, *, development: bool, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of a site folder. Raises ConfigError with every finding."""
    inspection = inspect(folder, development=development, environ=environ)
    if inspection.settings is None:
        raise ConfigError(inspection.findings)
    return inspection.settings


def inspect(folder: Path, *, development: bool, environ: Mapping[str, str] | None = None) -> Inspection:
    """Read a site folder and say everything about it at once."""
    folder = folder.resolve()
    environment = read_environment(os.environ if environ is None else environ, is_development=development)
    frame = Frame(is_development=development, issuer=environment.issuer, port_base=environment.port_base)
    read = load_folder(folder, frame)
    findings = [*environment.findings, *read.findings]
    if read.site is None or read.attributes is None or read.clients is None:
        return Inspection(read=read, settings=None, findings=tuple(findings), notices=read.notices)
    settings = _build(folder, environment, read.site, read.attributes)
    findings += _check_providers(settings)
    notices = (*environment.notices, *read.notices)
    return Inspection(read=read, settings=None if findings else settings, findings=tuple(findings), notices=notices)


def _build(folder: Path, environment: Environment, site: Site, attributes: Attributes) -> Settings:
    written = site.port_base
    port_base = environment.port_base or written or DEFAULT_PORT_BASE
    if site.is_development and environment.issuer is None:
        site = replace(site, issuer=f"http://localhost:{port_base}")
    moved = (written, environment.port_base) if written is not None and environment.port_base is not None else None
    known = known_words(folder, site, attributes)
    watch = ClientsWatch(folder / CLIENTS_FILE, known, is_development=site.is_development, moved=moved)
    urls = {**_default_urls(folder, site), **site.urls, **environment.urls}
    return Settings(
        folder=folder,
        site=site,
        attributes=attributes,
        load_clients=watch,
        database_url=_place_database(urls["database"], folder),
        mail_url=urls["mail"],
        sms_url=urls["sms"] if "sms" in site.codes else "",
        voice_url=urls["voice"] if "voice" in site.codes else "",
        redis_url=urls.get("redis"),
        ca_file=environment.ca_file,
        port_base=port_base,
        keys_folder=folder / "keys",
        var_folder=folder / "var",
        argon2=site.argon2,
        is_development=site.is_development,
    )


def _default_urls(folder: Path, site: Site) -> dict[str, str]:
    messages = OUTBOX if site.is_development else ""
    database = f"sqlite:///{folder / 'var' / 'sekisho.sqlite3'}"
    return {"database": database, "mail": messages, "sms": messages, "voice": messages}


def _place_database(url: str, folder: Path) -> str:
    """A relative SQLite file lies in the site folder, wherever the command is started."""
    prefix = "sqlite:///"
    name = url.removeprefix(prefix)
    if not url.startswith(prefix) or not name or name.startswith(("/", ":", "file:")):
        return url
    return f"{prefix}{folder / name}"


def _check_providers(settings: Settings) -> list[Finding]:
    urls = {Channel.MAIL: settings.mail_url}
    urls |= {
        channel: url
        for channel, url in ((Channel.SMS, settings.sms_url), (Channel.VOICE, settings.voice_url))
        if channel.value in settings.site.codes
    }
    found = (_check_provider(channel, url, settings) for channel, url in urls.items())
    return [finding for finding in found if finding is not None]


def _check_provider(channel: Channel, url: str, settings: Settings) -> Finding | None:
    variable = f"SEKISHO_{channel.value.upper()}_URL"
    if url.startswith(OUTBOX):
        said = f"{variable} names the development outbox; this is for development only"
        return None if settings.is_development else _finding(variable, OUTBOX_IN_PRODUCTION, said)
    if not url:
        said = f"No provider for {channel.value} is named; set {variable}"
        return None if settings.is_development else _finding(variable, MISSING_PROVIDER, said)
    parts = SenderParts(clock=SystemClock(), mail=settings.site.mail, dev_outbox=None, ca_file=settings.ca_file)
    try:
        build_senders({channel: url}, parts)
    except BadSenderUrl as error:
        return _finding(variable, WRONG_VALUE, str(error).removeprefix(f"{variable}: "))
    return None


def _finding(variable: str, code: str, message: str) -> Finding:
    return Finding(file=variable, line=0, column=0, code=code, message=message)
