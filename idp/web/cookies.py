"""Cookies of the house: `__Host-` and `Secure`, but for development on http://localhost, where Safari refuses both.

RFC 6265bis §4.1.3 (`__Host-`), §5.6.7 (`SameSite`). Their values are random text that only we know the meaning of.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from idp.config.site import Site

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)


def is_plain_http(site: Site) -> bool:
    """True in development on http://localhost, the one place where cookies are not `Secure`."""
    issuer = urlsplit(site.issuer)
    return site.is_development and issuer.scheme == "http" and issuer.hostname == "localhost"


def cookie_name(site: Site, name: str) -> str:
    """The name as it goes over the wire."""
    return name if is_plain_http(site) else f"__Host-{name}"


def read_token(site: Site, name: str) -> str | None:
    """The cookie's value, if it looks like one of ours."""
    value = request.cookies.get(cookie_name(site, name), "")
    return value if _TOKEN.fullmatch(value) else None


def put_cookie(answer: Response, site: Site, name: str, value: str, *, max_age: int | None = None) -> None:
    """Set a cookie; without `max_age` (seconds) it ends with the browser."""
    answer.set_cookie(
        cookie_name(site, name),
        value,
        max_age=max_age,
        path="/",
        secure=not is_plain_http(site),
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(answer: Response, site: Site, name: str) -> None:
    """Take a cookie back."""
    answer.delete_cookie(
        cookie_name(site, name), path="/", secure=not is_plain_http(site), httponly=True, samesite="Lax"
    )
