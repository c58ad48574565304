"""Running commands as a person or a script would, in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from idp.cli import main


def run(*words: str | Path, environ: Mapping[str, str] | None = None) -> Result:
    """The command's result; an exception of ours would be a traceback for people, so it is raised."""
    result = CliRunner().invoke(main, [str(word) for word in words], env=dict(environ or {}), prog_name="sekisho")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def run_json(*words: str | Path, environ: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Exit status and the one JSON document that was printed."""
    result = run(*words, "--json", environ=environ)
    assert result.stderr == ""
    return result.exit_code, json.loads(result.stdout)
