"""`sekisho user add|list|show|import|export|disable|change-email|remove-factor`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import early_options, site_options

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("user")
@early_options
def command() -> None:
    """Add, list, show, import, export, disable and change accounts. USER is an e-mail address or an id."""


@command.command("add")
@click.argument("email")
@click.option("--set", "values", multiple=True, metavar="NAME=VALUE", help="An attribute; repeat for more.")
@click.option("--phone", "phones", multiple=True, help="A phone number as second factor; repeat for more.")
@click.option("--unverified", is_flag=True, help="Nobody has proven the address yet.")
@site_options
def add(
    site: Path, email: str, *, as_json: bool, values: tuple[str, ...], phones: tuple[str, ...], unverified: bool
) -> None:
    """Add an account without a password: the person sets one by a code to the address."""
    perform(
        "idp.cli.user_care:add_user",
        as_json=as_json,
        site=site,
        email=email,
        values=values,
        phones=phones,
        is_verified=not unverified,
    )


@command.command("list")
@click.option("--after", default="", metavar="ID", help="Begin after this id.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@site_options
def list_users(site: Path, *, as_json: bool, after: str, limit: int) -> None:
    """List accounts in order of id."""
    perform("idp.cli.user_care:list_users", as_json=as_json, site=site, after=after, limit=limit)


@command.command("show")
@click.argument("user", metavar="USER")
@site_options
def show(site: Path, user: str, *, as_json: bool) -> None:
    """Show one account."""
    perform("idp.cli.user_care:show_user", as_json=as_json, site=site, user=user)


@command.command("export")
@click.option("--output", type=_FILE, help="The file to write, readable by its owner only. [default: standard output]")
@click.option("--with-password-hashes", "with_hashes", is_flag=True, help="Hashes are secrets: guard the file.")
@site_options
def export(site: Path, *, as_json: bool, output: Path | None, with_hashes: bool) -> None:
    """Write every account as one line of JSON, in the form that `import` reads."""
    perform("idp.cli.user_files:export_users", as_json=as_json, site=site, output=output, with_hashes=with_hashes)


@command.command("import")
@click.argument("file", type=_FILE)
@site_options
def import_users(site: Path, file: Path, *, as_json: bool) -> None:
    """Add the accounts of FILE, one JSON object a line; none is added while any line has a problem."""
    perform("idp.cli.user_files:import_users", as_json=as_json, site=site, file=file)


@command.command("disable")
@click.argument("user", metavar="USER")
@click.option("--reason", default="", help="Why; goes into the audit.")
@site_options
def disable(site: Path, user: str, *, as_json: bool, reason: str) -> None:
    """Let nobody sign in to the account any more; its sessions and tokens end now."""
    perform("idp.cli.user_changes:disable_user", as_json=as_json, site=site, user=user, reason=reason)


@command.command("change-email")
@click.argument("user", metavar="USER")
@click.argument("email")
@click.option("--reason", required=True, help="Why; goes into the audit.")
@site_options
def change_email(site: Path, user: str, email: str, *, as_json: bool, reason: str) -> None:
    """Give the account another address; both addresses are told, sessions and tokens end."""
    perform("idp.cli.user_changes:change_email", as_json=as_json, site=site, user=user, email=email, reason=reason)


@command.command("remove-factor")
@click.argument("user", metavar="USER")
@click.option("--phone", required=True, help="The number to remove.")
@click.option("--reason", required=True, help="Why; goes into the audit.")
@site_options
def remove_factor(site: Path, user: str, *, as_json: bool, phone: str, reason: str) -> None:
    """Remove a phone number as second factor; sessions and tokens end, the owner is told."""
    perform("idp.cli.user_changes:remove_factor", as_json=as_json, site=site, user=user, phone=phone, reason=reason)
