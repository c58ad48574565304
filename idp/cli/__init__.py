"""The command `sekisho`: which commands there are, and nothing that takes time to import.

`--help` answers at once because commands say here in one line what they do and are imported when they are called;
what does the work is imported later still, by `console.perform`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import click

from idp.cli.options import early_options

COMMANDS = {
    "new": "Write a complete minimal site into a new folder.",
    "serve": "Serve the site, in production mode.",
    "demo": "Run the site and its sample clients, in development mode.",
    "worker": "Send what waits in the outbox, until stopped.",
    "db": "Bring the database up to date.",
    "keys": "List, rotate and retire signing keys.",
    "client": "Add, list and show clients.",
    "user": "Add, list, show, import, export, disable and change accounts.",
    "flow": "Check the site's files and flows.",
    "explain": "Say what the code of a problem means.",
    "doctor": "Say what is missing for production, and what is open.",
}


class Commands(click.Group):
    """The commands, each imported from `idp.cli.commands` when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every command, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"idp.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run; with `--json` misuse too is one JSON document, and still ends with 2."""
        words = list(sys.argv[1:] if args is None else args)
        if "--json" not in words:
            return super().main(words, *rest, **extra)
        try:
            status = super().main(words, *rest, **{**extra, "standalone_mode": False})
        except click.ClickException as problem:
            import json  # noqa: PLC0415 - not on the way of --help

            said = {"ok": False, "error": problem.format_message()}
            click.echo(json.dumps(said, ensure_ascii=False))
            status = problem.exit_code
        sys.exit(status if isinstance(status, int) else 0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@early_options
@click.version_option(package_name="sekisho", prog_name="sekisho", message="%(prog)s %(version)s")
def main() -> None:
    """Sekisho: an OpenID Connect provider whose user journeys are short YAML flows.

    Every command acts on the site in the current folder, asks nothing, and ends with 0 (good), 1 (problems found)
    or 2 (misuse). --site DIR and --json may stand before the command or after it.
    """
