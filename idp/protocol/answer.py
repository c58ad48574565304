"""The answer to an authorization request, as parameters and as a redirect.

One place for success and error, so that `state` and `iss` are never forgotten.
RFC 6749 §4.1.2, RFC 9207 §2, OAuth 2.0 Form Post Response Mode §2.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from idp.domain.authorization import TrustedRedirect
from idp.protocol.errors import ReturnAddress

Pairs = tuple[tuple[str, str], ...]


def build_answer(body: Iterable[tuple[str, str]], back: ReturnAddress, *, issuer: str) -> Pairs:
    """All parameters of the answer, in order: the body, `state` when the client sent one, `iss` always."""
    state = () if back.state is None else (("state", back.state),)
    return (*body, *state, ("iss", issuer))


def build_redirect(redirect: TrustedRedirect | str, answer: Pairs) -> str:
    """The URI with the parameters added to its query; a query it has stays as it is (RFC 6749 §3.1.2)."""
    if not answer:
        return str(redirect)
    first = "&" if "?" in redirect else "?"
    separator = "" if redirect.endswith(("?", "&")) else first
    return f"{redirect}{separator}{urlencode(answer)}"
