"""`sekisho demo`: the provider, its sample clients and the registry stub, in development mode, until Ctrl-C.

Owns which processes there are and what the person is told. Every process is a child of this one and ends with it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from idp.cli.children import Children, Ended, Screen
from idp.cli.ports import PortsInUse, check_ports, is_ready
from idp.settings import Settings, from_env

PROCESSES = {0: "provider", 1: "portal", 2: "guide", 3: "app", 4: "wallet", 5: "registry"}
"""What listens on which port, counted from the port base."""


class CannotStart(Exception):
    """The text is one sentence for people."""


def run_demo(folder: Path, *, end_with_parent: bool) -> int:
    """Run everything until the end is asked for: 0 then, 1 when something could not start or ended by itself."""
    screen = Screen()
    children = Children(screen, end_with_parent=end_with_parent)
    children.stop_on_signals()
    try:
        settings = from_env(folder, development=True)
        check_ports(settings.port_base, PROCESSES)
        make_folders(settings)
    except (PortsInUse, CannotStart) as problem:
        click.echo(str(problem), err=True)
        return 1
    start_all(children, settings)
    ended = children.watch(until=lambda: is_ready(settings.port_base, "/readyz"))
    if ended is None and not children.is_stopping:
        for line in greeting(settings):
            screen.say(line)
        ended = children.watch()
    children.end()
    return _explain(ended)


def make_folders(settings: Settings) -> None:
    """Make `var/` and `keys/`, which hold what only this installation has. Raises CannotStart."""
    for folder in (settings.var_folder, settings.keys_folder):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise _unwritable(settings.folder) from problem
        if not os.access(folder, os.W_OK | os.X_OK):
            raise _unwritable(folder)


def _unwritable(folder: Path) -> CannotStart:
    return CannotStart(f"Sekisho cannot write to {folder}: run `sudo chown -R $(id -un) '{folder}'`.")


def start_all(children: Children, settings: Settings) -> None:
    """Start every process; none waits for another."""
    python = [sys.executable, "-m"]
    children.start("provider", [*python, "idp.cli.demo_provider", str(settings.folder)])
    placing = ["--base", str(settings.port_base), "--issuer", settings.site.issuer, "--state", str(settings.var_folder)]
    children.start("samples", [*python, "idp.demo", "all", "--watch-stdin", *placing])


def greeting(settings: Settings) -> list[str]:
    """What a person sees once everything runs."""
    base = settings.port_base
    addresses = {name: f"http://localhost:{base + offset}/" for offset, name in PROCESSES.items()}
    addresses["provider"] = settings.site.issuer
    addresses["outbox"] = f"{settings.site.issuer}/dev/outbox"
    notes = {
        "provider": "the issuer",
        "portal": "start here: サインイン",
        "guide": "links into journeys",
        "app": "the app, as a page",
        "wallet": "another company's client",
        "registry": "members and applicants",
        "outbox": "every mail, SMS and call",
    }
    rows = [f"  {name:9} {address:34} {notes[name]}" for name, address in addresses.items()]
    return ["", "Sekisho is running in development mode. Ctrl-C ends it.", "", *rows, ""]


def _explain(ended: Ended | None) -> int:
    if ended is None:
        return 0
    how = f"exit status {ended.status}" if ended.status >= 0 else f"signal {-ended.status}"
    who = "The provider" if ended.name == "provider" else "One of the samples"
    click.echo(f"{who} has ended by itself ({how}), so everything was stopped.", err=True)
    return 1
