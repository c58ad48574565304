"""`sekisho worker`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import site_options


@click.command("worker")
@site_options
def command(site: Path, *, as_json: bool) -> None:
    """Send what waits in the outbox, in production mode, until stopped."""
    perform("idp.cli.serving:run_worker", as_json=as_json, site=site)
