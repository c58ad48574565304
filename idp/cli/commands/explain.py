"""`sekisho explain [CODE]`."""

from __future__ import annotations

import click

from idp.cli.console import perform
from idp.cli.options import json_option


@click.command("explain")
@click.argument("code", required=False)
@json_option
def command(code: str | None, *, as_json: bool) -> None:
    """Say what the code of a problem means (F0103, or an error like invalid_grant); without a code, list all."""
    perform("idp.cli.explaining:explain", as_json=as_json, code=code)
