"""`sekisho demo`: the provider and the clients that belong to the site, in development mode, until Ctrl-C.

Owns which processes there are and what the person is told. Every process is a child of this one and ends with it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from idp.cli.children import Children, Ended, Screen
from idp.cli.console import Refused
from idp.cli.ports import PortsInUse, check_ports, is_ready
from idp.cli.sample import PROVIDER
from idp.cli.trial import OFFSETS, own_address, programs
from idp.settings import Settings, from_env

NOTES = {
    "portal": "start here: サインイン",
    "guide": "links into journeys",
    "app": "the app, as a page",
    "wallet": "another company's client",
    "registry": "members and applicants",
    "trial": "start here: sign up, sign in, see what a client gets",
}

GO = b"go"
"""What the provider's process waits for."""


def run_demo(folder: Path, children: Children, screen: Screen, *, command: str) -> int:
    """Run everything until the end is asked for: 0 then, 1 when a part ended by itself. Raises ConfigError, Refused.

    `command` is how a person starts this.
    """
    settings = from_env(folder, development=True)
    names = programs(settings)
    try:
        check_ports(settings.port_base, {0: PROVIDER, **{OFFSETS[name]: name for name in names}}, command=command)
    except PortsInUse as problem:
        raise Refused(str(problem)) from problem
    make_folders(settings)
    if names:
        start_samples(children, settings, names)
    children.tell(PROVIDER, GO)
    ended = children.watch(until=lambda: is_ready(settings.port_base, "/readyz"))
    if ended is None and not children.is_stopping:
        for line in greeting(settings, names):
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


def start_samples(children: Children, settings: Settings, names: Sequence[str]) -> None:
    """Start the clients and the registry stub. They do not wait for the provider."""
    which = [word for name in names for word in ("--of", name)]
    placing = ["--base", str(settings.port_base), "--issuer", settings.site.issuer, "--state", str(settings.var_folder)]
    children.start("samples", [sys.executable, "-m", "idp.demo", "all", "--watch-stdin", *which, *placing])


def greeting(settings: Settings, names: Sequence[str]) -> list[str]:
    """What a person sees once everything runs: every address there is, and no other."""
    rows = [
        (PROVIDER, settings.site.issuer, "the issuer"),
        *((name, own_address(settings, name), NOTES[name]) for name in names),
        ("outbox", f"{settings.site.issuer}/dev/outbox", "every mail, SMS and call"),
    ]
    lines = [f"  {name:9} {address:34} {note}" for name, address, note in rows]
    return ["", "Sekisho is running in development mode. Ctrl-C ends it.", "", *lines, ""]


def _explain(ended: Ended | None) -> int:
    if ended is None:
        return 0
    how = f"exit status {ended.status}" if ended.status >= 0 else f"signal {-ended.status}"
    who = "The provider" if ended.name == PROVIDER else "One of the samples"
    click.echo(f"{who} has ended by itself ({how}), so everything was stopped.", err=True)
    return 1
