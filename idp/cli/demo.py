"""`sekisho demo`: the provider, its sample clients and the registry stub, in development mode, until Ctrl-C.

Owns which processes there are and what the person is told. Every process is a child of this one and ends with it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from idp.cli.children import Children, Ended, Screen
from idp.cli.console import Refused
from idp.cli.ports import PortsInUse, check_ports, is_ready
from idp.cli.sample import PROVIDER
from idp.settings import Settings, from_env

PROCESSES = {0: "provider", 1: "portal", 2: "guide", 3: "app", 4: "wallet", 5: "registry"}
"""What listens on which port, counted from the port base."""


GO = b"go"
"""What the provider's process waits for."""


def run_demo(folder: Path, children: Children, screen: Screen) -> int:
    """Run everything until the end is asked for: 0 then, 1 when a part ended by itself. Raises ConfigError, Refused."""
    settings = from_env(folder, development=True)
    try:
        check_ports(settings.port_base, PROCESSES)
    except PortsInUse as problem:
        raise Refused(str(problem)) from problem
    make_folders(settings)
    start_samples(children, settings)
    children.tell(PROVIDER, GO)
    ended = children.watch(until=lambda: is_ready(settings.port_base, "/readyz"))
    if ended is None and not children.is_stopping:
        for line in greeting(settings):
            screen.say(line)
        ended = children.watch()
    children.end()
    return _explain(ended)


def make_folders(settings: Settings) -> None:
    """Make `var/` and `keys/`, which hold what only this installation has. Raises Refused."""
    for folder in (settings.var_folder, settings.keys_folder):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as problem:
            raise _unwritable(settings.folder) from problem
        if not os.access(folder, os.W_OK | os.X_OK):
            raise _unwritable(folder)


def _unwritable(folder: Path) -> Refused:
    is_ours = folder.stat().st_uid == os.getuid()
    advice = f"chmod u+rwx '{folder}'" if is_ours else f"sudo chown -R $(id -un) '{folder}'"
    return Refused(f"Sekisho cannot write to {folder}: run `{advice}`.")


def start_samples(children: Children, settings: Settings) -> None:
    """Start the sample clients and the registry stub. They do not wait for the provider."""
    placing = ["--base", str(settings.port_base), "--issuer", settings.site.issuer, "--state", str(settings.var_folder)]
    children.start("samples", [sys.executable, "-m", "idp.demo", "all", "--watch-stdin", *placing])


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
    who = "The provider" if ended.name == PROVIDER else "One of the samples"
    click.echo(f"{who} has ended by itself ({how}), so everything was stopped.", err=True)
    return 1
