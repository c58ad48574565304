"""Moving the sample site's loopback ports together (`SEKISHO_PORT_BASE`), in development only."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from idp.config.source import YamlDocument
from idp.config.tree import Plain

PORTS_IN_A_ROW = 10


def move_ports(document: YamlDocument, *, written: int, wanted: int) -> YamlDocument:
    """The document with every `http://localhost:<written + n>` (n from 0 to 9) moved to `wanted + n`."""
    if written == wanted:
        return document
    numbers = "|".join(str(written + number) for number in range(PORTS_IN_A_ROW))
    pattern = re.compile(rf"(http://localhost:)({numbers})(?![0-9])")

    def move(match: re.Match[str]) -> str:
        return f"{match.group(1)}{int(match.group(2)) - written + wanted}"

    return dataclasses.replace(document, data=_move(document.data, pattern, move))


def _move(data: Plain, pattern: re.Pattern[str], move: Callable[[re.Match[str]], str]) -> Plain:
    match data:
        case str():
            return pattern.sub(move, data)
        case list():
            return [_move(item, pattern, move) for item in data]
        case dict():
            return {key: _move(value, pattern, move) for key, value in data.items()}
        case _:
            return data
