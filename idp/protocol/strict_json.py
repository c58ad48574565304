"""JSON from outside, read strictly: one object, no name twice, no bottomless nesting, no NaN.

RFC 7515 §4 (duplicate member names), RFC 8725 §2.4 (parsers that disagree).
"""

from __future__ import annotations

import json
from typing import NoReturn

from idp.domain.values import Json


def parse_object(text: str | bytes) -> dict[str, Json]:
    """The object in `text`. Raises ValueError for anything else."""
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        value = json.loads(decoded, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 # callers are promised one kind of error
    return value


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name twice")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
