"""Scopes: how they are written, which of them a client may have, and when a refresh token comes with them.

RFC 6749 §3.3 and §6, OpenID Connect Core §3.1.2.1, §5.4 and §11.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from idp.domain.client import Client

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
REFRESH_GRANT_TYPE = "refresh_token"
MAX_LENGTH = 1024
_SCOPES = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: +[\x21\x23-\x5b\x5d-\x7e]+)*")


class BadScope(ValueError):
    """The text is no list of scopes."""


def parse_scopes(text: str | None) -> tuple[str, ...]:
    """Scopes in the order they were written, each once; none for None. Raises BadScope."""
    if text is None:
        return ()
    if len(text) > MAX_LENGTH or _SCOPES.fullmatch(text) is None:
        raise BadScope(text)
    return tuple(dict.fromkeys(text.split()))


def allowed_scopes(wanted: Iterable[str], client: Client) -> tuple[str, ...]:
    """The wanted scopes that the client may have: the others are dropped (RFC 6749 §3.3).

    `offline_access` means a refresh token, so it is dropped for a client that may not use one.
    """
    useless = set() if REFRESH_GRANT_TYPE in client.grant_types else {OFFLINE_ACCESS}
    return tuple(scope for scope in wanted if scope in client.scopes and scope not in useless)


def narrowed_scopes(granted: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...] | None:
    """What a refresh may ask for: all that was granted, or less; None when it asks for more (RFC 6749 §6)."""
    if not wanted:
        return granted
    return wanted if set(wanted) <= set(granted) else None
