"""`sekisho client add|list|show`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from idp.cli.console import perform
from idp.cli.options import early_options, site_options


@click.group("client")
@early_options
def command() -> None:
    """Add, list and show clients."""


@command.command("list")
@site_options
def list_clients(site: Path, *, as_json: bool) -> None:
    """List every client, of clients.yaml and of the database."""
    perform("idp.cli.client_care:list_clients", as_json=as_json, site=site)


@command.command("show")
@click.argument("client_id", metavar="ID")
@site_options
def show(site: Path, client_id: str, *, as_json: bool) -> None:
    """Show one client. A secret is shown only where clients.yaml has it in clear."""
    perform("idp.cli.client_care:show_client", as_json=as_json, site=site, client_id=client_id)


@command.command("add")
@click.argument("client_id", metavar="ID")
@click.option("--name", required=True, help="The name people see.")
@click.option("--home-uri", required=True, help="The client's home page.")
@click.option("--public", is_flag=True, help="An app or page that cannot keep a secret.")
@click.option("--development", is_flag=True, help="Take http://localhost addresses, which production does not.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="A redirect address; repeat for more.")
@click.option("--post-logout-uri", "post_logout_redirect_uris", multiple=True, help="Where sign-out may lead back to.")
@click.option("--return-uri", "return_uris", multiple=True, help="Where /start may lead back to.")
@click.option("--backchannel-logout-uri", help="Where sign-outs are told.")
@click.option("--scope", "scopes", multiple=True, help="A scope it may have. [default: openid]")
@click.option("--grant-type", "grant_types", multiple=True, help="[default: authorization_code]")
@click.option("--flow", help="The flow that answers its authorization requests.")
@click.option("--start", "starts", multiple=True, help="A flow it may begin at /start.")
@click.option("--min-acr", help="The assurance level it always needs.")
@click.option("--consent", help="never, remembered or always. [default: remembered]")
@site_options
def add(site: Path, client_id: str, *, as_json: bool, **wanted: Any) -> None:
    """Add a client to the database. The secret of a confidential one is printed once and kept nowhere."""
    perform("idp.cli.client_care:add_client", as_json=as_json, site=site, client_id=client_id, wanted=wanted)
