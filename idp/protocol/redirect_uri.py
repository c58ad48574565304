"""Where answers may go: exact comparison with the registered list, any port for a loopback address.

The only maker of `TrustedRedirect`. What may be registered at all is checked when `clients.yaml` is read.
RFC 6749 §3.1.2, RFC 8252 §7.3, RFC 9700 §2.1 and §4.1.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from idp.domain.authorization import TrustedRedirect
from idp.domain.client import Client, ClientType

MAX_LENGTH = 2048
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{1,5}))?(|/[^#]*|\?[^#]*)", re.ASCII)
_PLAIN = re.compile(r"[!-~]+", re.ASCII)
_MAX_PORT = 65535


def match_redirect(client: Client, requested: str | None) -> TrustedRedirect | None:
    """The requested URI, now trusted, or None. There is no default: leaving it out is refused."""
    if requested is None or len(requested) > MAX_LENGTH or _PLAIN.fullmatch(requested) is None:
        return None
    if requested in client.redirect_uris:
        return TrustedRedirect(requested)
    if client.type is ClientType.PUBLIC and any(_is_same_but_port(uri, requested) for uri in client.redirect_uris):
        return TrustedRedirect(requested)
    return None


def _is_same_but_port(registered: str, requested: str) -> bool:
    """RFC 8252 §7.3: a native app listens on whatever port it got; host spelling, path and query stay exact."""
    known, asked = _LOOPBACK.fullmatch(registered), _LOOPBACK.fullmatch(requested)
    if known is None or asked is None or "@" in requested or "\\" in requested:
        return False
    port = asked.group(2)
    return (known.group(1), known.group(3)) == (asked.group(1), asked.group(3)) and (
        port is None or 0 < int(port) <= _MAX_PORT
    )


def origin_of(uri: str) -> str | None:
    """Scheme, host and port of an http(s) URI as a browser writes an Origin; None for any other scheme."""
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"}:
        return None
    default = 443 if parts.scheme == "https" else 80
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if parts.port in {None, default} else f":{parts.port}")


def form_action_source(uri: str) -> str:
    """The CSP source that lets a form end at `uri`: its origin, or its scheme for what has no host.

    CSP 3 §2.3.1 has no syntax for IPv6 hosts: there the scheme stands for it.
    """
    origin = origin_of(uri)
    return origin if origin is not None and "[" not in origin else f"{urlsplit(uri).scheme}:"
