"""Clients that `sekisho client add --development` let in: their addresses on this machine are not for production."""

from __future__ import annotations

from collections.abc import Iterator

from idp.config.addresses import AddressProblem, page_problem, redirect_problem, server_problem
from idp.config.client_rules import BAD_ADDRESS
from idp.config.findings import Finding
from idp.domain.client import Client
from idp.settings import Settings
from idp.stores import Database
from idp.stores.clients import SqlClientStore

CURE = "write the client in clients.yaml, which wins"


def open_addresses(settings: Settings) -> Iterator[Finding]:
    """A finding for each stored client that production should not have. Raises what databases raise."""
    written = {client.id for client in settings.load_clients()}
    database = Database(settings.database_url)
    try:
        stored = SqlClientStore(database, settings.load_clients).all()
    finally:
        database.close()
    for client in stored:
        addresses = [] if client.id in written else [address for address, _ in filter(_is_open, _judge(client))]
        if addresses:
            said = f"It was added for development: {', '.join(addresses)}"
            code = f"C{BAD_ADDRESS:04}"
            yield Finding(file=f"client {client.id}", line=0, column=0, code=code, message=said, suggestion=CURE)


def _is_open(judged: tuple[str, AddressProblem | None]) -> bool:
    problem = judged[1]
    return problem is not None and problem.development_only


def _judge(client: Client) -> Iterator[tuple[str, AddressProblem | None]]:
    for address in (*client.redirect_uris, *client.post_logout_redirect_uris):
        yield address, redirect_problem(address, is_public=not client.is_confidential)
    for address in filter(None, (*client.return_uris, client.home_uri, client.policy_uri)):
        yield address, page_problem(address)
    if client.backchannel_logout_uri is not None:
        yield client.backchannel_logout_uri, server_problem(client.backchannel_logout_uri)
