"""Guessing what somebody meant to write. Owns nothing but the measure of likeness."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """The most likely right spelling of `name`, or None when nothing is near; letter case and `-` do not count."""
    if len(name) > LONGEST:
        return None
    by_plain = {_plain(candidate): candidate for candidate in sorted(candidates, reverse=True)}
    plain = _plain(name)
    if plain in by_plain:
        return by_plain[plain]
    near = get_close_matches(plain, by_plain, n=1, cutoff=0.6)
    return by_plain[near[0]] if near else None


def _plain(name: str) -> str:
    return name.casefold().replace("-", "_")
