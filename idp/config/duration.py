"""Lengths of time as people write them in YAML: `30s`, `60m`, `24h`, `30d`."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(r"([0-9]{1,7})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
LONGEST = timedelta(days=3650)


def parse_duration(text: object) -> timedelta:
    """The length of time that `text` names. Raises ValueError with a plain sentence for anything else."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("must be a length of time like 30s, 60m, 24h or 30d")
    seconds = int(match.group(1)) * _SECONDS[match.group(2)]
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError("must be between 1s and 3650d")
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """The shortest spelling that `parse_duration` reads back."""
    seconds = int(duration.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
