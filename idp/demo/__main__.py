"""`python -m idp.demo <portal|guide|app|wallet|registry>`: one sample application as a process of its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from flask import Flask

from idp.demo.addresses import OFFSETS, Addresses
from idp.demo.guide import create_guide
from idp.demo.phone import create_app
from idp.demo.portal import create_portal
from idp.demo.registry import create_registry
from idp.demo.server import CannotListen, listen, serve
from idp.demo.wallet import create_wallet

DEFAULT_BASE = 9000


def main(arguments: list[str] | None = None) -> int:
    """Run one application until it is told to end; 1 when its port cannot be had."""
    asked = _parser().parse_args(arguments)
    port = asked.port if asked.port is not None else asked.base + OFFSETS[asked.name]
    issuer = (asked.issuer or f"http://localhost:{asked.base}").rstrip("/")
    application = _create(asked.name, Addresses(issuer=issuer, base=asked.base, port=port), asked)
    try:
        listener = listen(port)
    except CannotListen as problem:
        print(
            f"{asked.name}: {problem}. End that program, or choose other ports with SEKISHO_PORT_BASE.", file=sys.stderr
        )
        return 1
    if not asked.watch_stdin:
        print(f"{asked.name}: http://localhost:{port}", flush=True)
    serve(application, listener, watch_stdin=asked.watch_stdin)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m idp.demo", description="One application of the sample site.")
    parser.add_argument("name", choices=sorted(OFFSETS))
    parser.add_argument("--port", type=int, help="where to listen on 127.0.0.1 (default: by the port base)")
    parser.add_argument("--issuer", help="the provider's issuer (default: http://localhost:<base>)")
    parser.add_argument("--base", type=int, default=DEFAULT_BASE, help="the port base that the others follow from")
    parser.add_argument("--state", type=Path, help="app, registry: the file that survives a restart")
    parser.add_argument("--secret", help="registry: the secret that signs requests to it")
    parser.add_argument("--watch-stdin", action="store_true", help="end when standard input ends")
    return parser


def _create(name: str, addresses: Addresses, asked: argparse.Namespace) -> Flask:
    match name:
        case "portal":
            return create_portal(addresses)
        case "guide":
            return create_guide(addresses)
        case "app":
            return create_app(addresses, asked.state)
        case "wallet":
            return create_wallet(addresses)
        case _:
            return create_registry(addresses, state=asked.state, secret=asked.secret)


if __name__ == "__main__":
    sys.exit(main())
