"""`sekisho keys list|rotate|retire`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import early_options, site_options


@click.group("keys")
@early_options
def command() -> None:
    """List, rotate and retire signing keys."""


@command.command("list")
@site_options
def list_keys(site: Path, *, as_json: bool) -> None:
    """List every signing key with its state."""
    perform("idp.cli.key_care:list_keys", as_json=as_json, site=site)


@command.command("rotate")
@site_options
def rotate(site: Path, *, as_json: bool) -> None:
    """Move on by one: the next key signs, the active one retires, a new next one is published."""
    perform("idp.cli.key_care:rotate_keys", as_json=as_json, site=site)


@command.command(
    "retire",
    # A kid may begin with a hyphen.
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
)
@click.argument("kid")
@site_options
def retire(site: Path, kid: str, *, as_json: bool) -> None:
    """Take the key KID out at once: what it signed is worth nothing afterwards."""
    perform("idp.cli.key_care:retire_key", as_json=as_json, site=site, kid=kid)
