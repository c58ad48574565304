"""Forms come from our own pages: a token bound to browser and journey, and the Origin header when there is one."""

from __future__ import annotations

from hmac import compare_digest
from urllib.parse import urlsplit

from idp.domain.ports import Digester

PURPOSE = "csrf"


def make_csrf(digester: Digester, browser_digest: str, about: str) -> str:
    """The token for the forms of one browser about one thing (a journey's id, a page's name)."""
    return digester.digest(PURPOSE, f"{len(browser_digest)}:{browser_digest}:{about}")


def is_own_form(
    digester: Digester, browser_digest: str, about: str, *, token: str, origin: str | None, issuer: str
) -> bool:
    """True for a form that one of our pages sent; a missing Origin header is accepted, a foreign one never."""
    if origin is not None and not _is_ours(origin, issuer):
        return False
    expected = make_csrf(digester, browser_digest, about)
    return compare_digest(expected.encode(), token.encode())


def _is_ours(origin: str, issuer: str) -> bool:
    own = urlsplit(issuer)
    return origin == f"{own.scheme}://{own.netloc}"
