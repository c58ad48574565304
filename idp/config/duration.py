"""Lengths of time as people write them in YAML: `30s`, `60m`, `24h`, `30d`."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"([0-9]{1,7})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LOOSE_FORM = re.compile(r"\s*([0-9]{1,7})\s*([smhdSMHD])[a-zA-Z]*\s*")
LONGEST = timedelta(days=3650)


class BadDuration(ValueError):
    """Not a length of time; `suggestion` is what was probably meant."""

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.suggestion = suggestion


def parse_duration(text: object) -> timedelta:
    """The length of time that `text` names. Raises BadDuration with a plain sentence for anything else."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise BadDuration("must be a length of time like 30s, 60m, 24h or 30d", _guess(text))
    seconds = int(match.group(1)) * _SECONDS[match.group(2)]
    if not 0 < seconds <= LONGEST.total_seconds():
        raise BadDuration("must be between 1s and 3650d")
    return timedelta(seconds=seconds)


def _guess(text: object) -> str | None:
    """`60 minutes` was meant as `60m`; a bare number might be seconds or minutes."""
    if isinstance(text, int) and not isinstance(text, bool):
        return f"{text}s or {text}m"
    match = _LOOSE_FORM.fullmatch(text) if isinstance(text, str) else None
    return f"{match.group(1)}{match.group(2).lower()}" if match is not None else None


def format_duration(duration: timedelta) -> str:
    """The shortest spelling that `parse_duration` reads back."""
    seconds = int(duration.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
