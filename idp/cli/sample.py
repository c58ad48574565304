"""`sekisho demo` as a command: sets the provider's process going first, because its imports take longest.

It does nothing until `demo.py`, imported meanwhile, has looked at the settings and the ports and says go.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from idp.cli.children import Children, Screen
from idp.cli.console import Answer

PROVIDER = "provider"


def run_sample(site: Path, *, starter: int | None) -> Answer:
    """Run everything in development mode until stopped. Raises ConfigError, Refused."""
    screen = Screen()
    children = Children(screen, starter=starter)
    children.stop_on_signals()
    children.start(PROVIDER, [sys.executable, "-m", "idp.cli.demo_provider", str(site)])
    try:
        command = "sekisho demo" if starter is None else "make run"
        run_demo = importlib.import_module("idp.cli.demo").run_demo
        return Answer(status=run_demo(site, children, screen, command=command))
    finally:
        children.end()
