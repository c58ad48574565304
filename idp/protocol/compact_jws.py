"""Looking into a compact JWS before any signature is checked: size, form, strict JSON, nothing critical.

What it returns is not trusted; it only says which key to try, and stops what no library should have to see.
RFC 7515 §3.1, §4.1.11 and §7.1, RFC 8725 §3.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from idp.domain.values import Json
from idp.protocol.strict_json import parse_object

MAX_LENGTH = 16 * 1024
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnverifiedJws:
    """Header and claims as somebody wrote them."""

    header: dict[str, Json]
    claims: dict[str, Json]


def peek(token: str) -> UnverifiedJws:
    """Header and claims of a token nobody has verified. Raises ValueError."""
    if len(token) > MAX_LENGTH or _COMPACT.fullmatch(token) is None:
        raise ValueError("not a compact JWS")
    header, claims, _ = token.split(".")
    found = UnverifiedJws(header=parse_object(_decode(header)), claims=parse_object(_decode(claims)))
    # RFC 7515 §4.1.11 and RFC 7797 §6: we understand no extension, so none may be critical.
    if "crit" in found.header or "b64" in found.header:
        raise ValueError("a critical header")
    return found


def _decode(segment: str) -> bytes:
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
