"""`sekisho serve`."""

from __future__ import annotations

from pathlib import Path

import click

from idp.cli.console import perform
from idp.cli.options import site_options


@click.command("serve")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that answer.")
@click.option("--threads", type=click.IntRange(1, 128), default=16, show_default=True, help="Threads in each of them.")
@click.option(
    "--bind", metavar="HOST:PORT", default=None, help="Where to listen. [default: 127.0.0.1 and the port base]"
)
@site_options
def command(site: Path, *, as_json: bool, workers: int, threads: int, bind: str | None) -> None:
    """Serve the site in production mode; a site with problems is refused. Messages are sent by `sekisho worker`."""
    perform("idp.cli.serving:serve_site", as_json=as_json, site=site, workers=workers, threads=threads, bind=bind)
