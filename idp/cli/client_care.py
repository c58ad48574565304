"""`sekisho client list|show|add`: the clients of clients.yaml and those of the database."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from idp.cli.console import Answer, Refused
from idp.cli.logs import escape_line
from idp.cli.opening import DeskServices, open_services, operator
from idp.config.clients_file import digest_secret, load_clients
from idp.config.duration import format_duration
from idp.config.findings import ConfigError, Finding
from idp.config.site_folder import CLIENTS_FILE, known_words
from idp.config.source import YamlDocument, read_yaml
from idp.config.suggest import did_you_mean
from idp.domain.audit import AuditEvent, AuditKind
from idp.domain.client import Client
from idp.settings import Settings

COMMAND_LINE = "client add"


def list_clients(site: Path) -> Answer:
    """Every client, one a line."""
    with open_services(site) as (services, _):
        clients = services.clients.all()
        rows = [f"{item.id:20} {item.type.value:13} {escape_line(_name(item))}" for item in clients]
        return Answer(lines=rows or ["There are no clients."], data={"clients": [to_data(item) for item in clients]})


def show_client(site: Path, client_id: str) -> Answer:
    """One client, with its secret where clients.yaml has it in clear. Raises Refused."""
    with open_services(site) as (services, settings):
        client = services.clients.get(client_id)
        if client is None:
            near = did_you_mean(client_id, [item.id for item in services.clients.all()])
            raise Refused(f"There is no client {client_id!r}{f'; perhaps {near}' if near else ''}.")
        data = to_data(client)
        if (secret := _written_secret(settings.folder, client_id)) is not None:
            data["secret"] = secret
        lines = [
            f"{name:26} {escape_line(_shown(value))}" for name, value in data.items() if value not in (None, [], {})
        ]
        return Answer(lines=lines, data={"client": data})


def add_client(site: Path, client_id: str, wanted: Mapping[str, Any]) -> Answer:
    """Check a client as if it stood in clients.yaml and store it. Raises ConfigError, Refused."""
    with open_services(site) as (services, settings):
        secret = None if wanted["public"] else services.secrets.token()
        entry = _written({name: value for name, value in wanted.items() if name != "development"}, secret)
        is_development = wanted["development"] or settings.site.port_base is not None
        client, notices = _check(settings, services, client_id, entry, is_development=is_development)
        now = services.clock.now()
        with services.transactions.unit():
            if not services.clients.add(client, now):
                raise Refused(f"There is a client {client_id!r} already.")
            event = AuditEvent(kind=AuditKind.CLIENT_ADDED, at=now, actor=operator(), client_id=client.id)
            services.audit.record(event)
        lines = [f"{client.id} is added.", *(escape_line(f"{item.message}.") for item in notices)]
        if secret is not None:
            lines += [f"secret: {secret}", "Keep it now: it is shown once. Only its SHA-256 is stored."]
        data = {"client": to_data(client)} | ({"secret": secret} if secret else {})
        return Answer(lines=lines, data=data, notices=notices)


def _written(wanted: Mapping[str, Any], secret: str | None) -> dict[str, Any]:
    """The options as an entry of clients.yaml."""
    entry: dict[str, Any] = {"type": "public" if wanted["public"] else "confidential"}
    if secret is not None:
        entry["secret_sha256"] = digest_secret(secret)
    for name, value in wanted.items():
        if name != "public" and value:
            entry[name] = list(value) if isinstance(value, tuple) else value
    return entry


def _check(
    settings: Settings, services: DeskServices, client_id: str, entry: dict[str, Any], *, is_development: bool
) -> tuple[Client, tuple[Finding, ...]]:
    document = YamlDocument(file=COMMAND_LINE, data={"clients": {client_id: entry}}, lines=(), keys={}, values={})
    known = known_words(settings.folder, settings.site, services.attributes)
    loaded = load_clients(document, known, is_development=is_development)
    if loaded.value is None:
        is_cured = load_clients(document, known, is_development=True).value is not None
        cure = "--development" if is_cured else None
        raise ConfigError(_unplaced(item, item.suggestion or cure) for item in loaded.findings)
    return loaded.value[0], tuple(_unplaced(item, item.suggestion) for item in loaded.notices)


def _unplaced(item: Finding, suggestion: str | None) -> Finding:
    return dataclasses.replace(item, line=0, column=0, suggestion=suggestion)


def _written_secret(folder: Path, client_id: str) -> str | None:
    document, _ = read_yaml(folder / CLIENTS_FILE, folder)
    entry = document.data.get("clients", {}).get(client_id) if document is not None else None
    return entry.get("secret") if isinstance(entry, dict) else None


def to_data(client: Client) -> dict[str, Any]:
    """A client as JSON, in the words of clients.yaml; never a digest of its secret."""
    return {
        "id": client.id,
        "name": dict(client.names),
        "type": client.type.value,
        "auth": sorted(method.value for method in client.auth_methods),
        "has_secret": bool(client.secret_digests),
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "return_uris": list(client.return_uris),
        "home_uri": client.home_uri,
        "policy_uri": client.policy_uri,
        "backchannel_logout_uri": client.backchannel_logout_uri,
        "grant_types": sorted(client.grant_types),
        "scopes": sorted(client.scopes),
        "audience": client.audience,
        "flow": client.flow,
        "starts": sorted(client.starts),
        "min_acr": client.min_acr,
        "consent": client.consent.value,
        "operator": dict(client.operators),
        "id_token_alg": client.id_token_alg,
        "require_pkce": client.require_pkce,
        "access_token": _life(client.access_token_seconds),
        "refresh_idle": _life(client.refresh_idle_seconds),
        "refresh_absolute": _life(client.refresh_absolute_seconds),
    }


def _life(seconds: int) -> str:
    return format_duration(timedelta(seconds=seconds))


def _name(client: Client) -> str:
    return client.names.get("en") or next(iter(client.names.values()), "")


def _shown(value: Any) -> str:
    match value:
        case list():
            return " ".join(value)
        case dict():
            return " / ".join(value.values())
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
