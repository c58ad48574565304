"""`sekisho db upgrade`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import early_options, site_options


@click.group("db")
@early_options
def command() -> None:
    """Bring the database up to date."""


@command.command("upgrade")
@site_options
def upgrade(site: Path, *, as_json: bool) -> None:
    """Bring the tables to the shape this version expects; harmless to repeat."""
    perform("idp.cli.database:upgrade_database", as_json=as_json, site=site)
