"""`sekisho demo`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import site_options


@click.command("demo")
@click.option("--end-with", "starter", type=int, metavar="PID", help="End when this process, which starts it, is gone.")
@site_options
def command(site: Path, *, as_json: bool, starter: int | None) -> None:
    """Run the site, its sample clients and the outbox page in development mode until Ctrl-C."""
    perform("idp.cli.sample:run_sample", as_json=as_json, site=site, starter=starter)
