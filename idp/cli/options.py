"""`--site DIR` and `--json`, which may stand before a command's name as well as after it; the last one counts.

Imports nothing but click, because `--help` comes by here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


def site_options(function: F) -> F:
    """Add `--site DIR` and `--json`."""
    return _site_option(json_option(function))


def json_option(function: F) -> F:
    """Add `--json`."""
    return _json_option(function)


def early_options(function: F) -> F:
    """Add both to a group of commands, for the command that follows."""
    return _site_option(_json_option(function, expose_value=False), expose_value=False)


def _site_option(function: F, **more: Any) -> F:
    helped = "The site's folder."
    return click.option("--site", type=_FOLDER, callback=_keep(otherwise=Path()), metavar="DIR", help=helped, **more)(
        function
    )


def _json_option(function: F, **more: Any) -> F:
    helped = "Print one JSON document."
    return click.option("--json", "as_json", is_flag=True, callback=_keep(otherwise=False), help=helped, **more)(
        function
    )


def _keep(*, otherwise: object) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(context: click.Context, parameter: click.Parameter, given: Any) -> Any:
        name = f"{__name__}.{parameter.name}"
        if given:
            context.meta[name] = given
        return context.meta.get(name, otherwise)

    return keep
