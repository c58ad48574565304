"""`sekisho doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import site_options


@click.command("doctor")
@site_options
def command(site: Path, *, as_json: bool) -> None:
    """Say what is missing for production, and name every word that is open or unsafe."""
    perform("idp.cli.examining:examine", as_json=as_json, site=site)
