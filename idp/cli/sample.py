"""`sekisho demo` as a command: what it runs is in `demo.py`."""

from __future__ import annotations

from pathlib import Path

from idp.cli.console import Answer
from idp.cli.demo import run_demo


def run_sample(site: Path, *, end_with_parent: bool) -> Answer:
    """Run everything in development mode until stopped. Raises ConfigError."""
    return Answer(status=run_demo(site, end_with_parent=end_with_parent))
