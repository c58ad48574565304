"""`sekisho new DIR`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import json_option


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@json_option
def command(folder: Path, *, as_json: bool) -> None:
    """Write a complete minimal site into a new folder."""
    perform("idp.cli.new_folder:make_site", as_json=as_json, folder=folder)
