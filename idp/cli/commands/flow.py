"""`sekisho flow check`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import early_options, site_options


@click.group("flow")
@early_options
def command() -> None:
    """Check the site's files and flows."""


@command.command("check")
@site_options
def check(site: Path, *, as_json: bool) -> None:
    """Say every mistake of site.yaml, clients.yaml, attributes.yaml, flows and texts, with its place."""
    perform("idp.cli.checking:check", as_json=as_json, site=site)
