"""`python -m idp.demo <portal|guide|app|wallet|registry|trial>`: one sample application as a process of its own.

`python -m idp.demo all --of portal --of …` runs all that are named, still as processes of their own.
"""

from __future__ import annotations

import argparse
import functools
import sys
from pathlib import Path

from flask import Flask

from idp.demo.addresses import OFFSETS, Addresses
from idp.demo.guide import create_guide
from idp.demo.phone import create_app
from idp.demo.portal import create_portal
from idp.demo.registry import create_registry
from idp.demo.server import CannotListen, listen, serve
from idp.demo.together import run_together
from idp.demo.trial import create_trial
from idp.demo.wallet import create_wallet

DEFAULT_BASE = 9000
ALL = "all"


def main(arguments: list[str] | None = None) -> int:
    """Run one application until it is told to end; 1 when its port cannot be had."""
    asked = _parser().parse_args(arguments)
    if asked.name == ALL:
        applications = {name: functools.partial(_run, name, asked) for name in asked.of}
        return run_together(applications, watch_stdin=asked.watch_stdin)
    return _run(asked.name, asked)


def _run(name: str, asked: argparse.Namespace) -> int:
    port = asked.port if asked.port is not None else asked.base + OFFSETS[name]
    issuer = (asked.issuer or f"http://localhost:{asked.base}").rstrip("/")
    application = _create(name, Addresses(issuer=issuer, base=asked.base, port=port), asked)
    try:
        listener = listen(port)
    except CannotListen as problem:
        print(f"{name}: {problem}. End that program, or choose other ports with SEKISHO_PORT_BASE.", file=sys.stderr)
        return 1
    if not asked.watch_stdin:
        print(f"{name}: http://localhost:{port}", flush=True)
    serve(application, listener, watch_stdin=asked.watch_stdin)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m idp.demo", description="One application of the sample site.")
    parser.add_argument("name", choices=[*sorted(OFFSETS), ALL])
    parser.add_argument("--of", action="append", default=[], choices=sorted(OFFSETS), help="all: which ones")
    parser.add_argument("--port", type=int, help="where to listen on 127.0.0.1 (default: by the port base)")
    parser.add_argument("--issuer", help="the provider's issuer (default: http://localhost:<base>)")
    parser.add_argument("--base", type=int, default=DEFAULT_BASE, help="the port base that the others follow from")
    parser.add_argument("--state", type=Path, help="app, registry: the file that survives a restart; all: a folder")
    parser.add_argument("--secret", help="registry: the secret that signs requests to it")
    parser.add_argument("--watch-stdin", action="store_true", help="end when standard input ends")
    return parser


def _create(name: str, addresses: Addresses, asked: argparse.Namespace) -> Flask:
    state = asked.state / f"{name}.json" if asked.name == ALL and asked.state is not None else asked.state
    match name:
        case "portal":
            return create_portal(addresses)
        case "guide":
            return create_guide(addresses)
        case "app":
            return create_app(addresses, state)
        case "wallet":
            return create_wallet(addresses)
        case "trial":
            return create_trial(addresses)
        case _:
            return create_registry(addresses, state=state, secret=asked.secret)


if __name__ == "__main__":
    sys.exit(main())
