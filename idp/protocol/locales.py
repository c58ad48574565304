"""Which language a person gets: wishes in order of preference against the languages there are.

`ui_locales` and `Accept-Language`: malformed and unknown tags are ignored, never an error.
OpenID Connect Core §3.1.2.1, RFC 5646 §2.1, RFC 4647 §3.4, RFC 9110 §12.5.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_WISHES = 10
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}", re.ASCII)
_WEIGHTED = re.compile(r"([A-Za-z0-9-]+|\*)(?:\s*;\s*q=([01](?:\.[0-9]{0,3})?))?", re.ASCII)


def parse_locales(text: str | None) -> tuple[str, ...]:
    """The well-formed tags of a space-separated list, at most ten."""
    return tuple(tag for tag in (text or "").split()[:_MAX_WISHES] if _TAG.fullmatch(tag))


def parse_accept_language(header: str) -> tuple[str, ...]:
    """The tags of an `Accept-Language` header, best first; those with weight 0 are left out."""
    matches = [_WEIGHTED.fullmatch(part.strip()) for part in header.split(",")[: 3 * _MAX_WISHES]]
    weighed = [(float(match.group(2) or 1), match.group(1)) for match in matches if match is not None]
    weighed.sort(key=lambda item: -item[0])
    return tuple(tag for weight, tag in weighed if weight > 0)[:_MAX_WISHES]


def choose_locale(wishes: Iterable[str], offered: tuple[str, ...]) -> str | None:
    """The first wish that is offered, its subtags cut off one by one (RFC 4647 §3.4); None when none is."""
    known = {tag.lower(): tag for tag in offered}
    for wish in wishes:
        parts = wish.lower().split("-")
        for length in range(len(parts), 0, -1):
            if (found := known.get("-".join(parts[:length]))) is not None:
                return found
    return None
