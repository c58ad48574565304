"""Which addresses a site may write down: redirect, return and logout addresses of clients, hooks, the issuer.

Checked when the site is loaded, so that the comparison at run time can be byte for byte.
RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1 and §4.1.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_LENGTH = 2000

_UNWANTED = re.compile(r"[^\x21-\x7e]|[\\<>\"^`{|}]")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_DOT_SEGMENT = re.compile(r"(^|/)(\.|%2e){1,2}(;[^/]*)?(/|$)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True, slots=True)
class AddressProblem:
    """Why an address is refused; `development_only` when development mode takes it. `suggestion` is a likely cure."""

    message: str
    development_only: bool = False
    suggestion: str | None = None


def redirect_problem(uri: str, *, is_public: bool) -> AddressProblem | None:
    """What is wrong with a redirect address, or None. Public clients may use loopback and schemes of their own."""
    split = _split(uri)
    if isinstance(split, AddressProblem):
        return split
    if split.scheme not in ("http", "https"):
        return _private_scheme_problem(split, is_public=is_public)
    problem = _web_problem(split)
    if problem is not None or split.scheme == "https":
        return problem
    if split.hostname not in LOOPBACK_HOSTS:
        said = "must be https; http is for loopback addresses only"
        return AddressProblem(said, suggestion=_with_https(uri))
    # RFC 8252 §7.3: an app on the person's own device listens on loopback, in production too.
    return None if is_public else _loopback("an http loopback address of a confidential client")


def page_problem(uri: str) -> AddressProblem | None:
    """What is wrong with the address of a page that browsers are sent to (return, home, policy), or None."""
    split = _split(uri)
    if isinstance(split, AddressProblem):
        return split
    problem = _web_problem(split)
    if problem is not None or split.scheme == "https":
        return problem
    if split.hostname in LOOPBACK_HOSTS:
        return _loopback("an http address on this machine")
    return AddressProblem("must be https", suggestion=_with_https(uri))


def server_problem(uri: str) -> AddressProblem | None:
    """What is wrong with an address that this server calls itself (hook, back-channel logout), or None."""
    split = _split(uri)
    if isinstance(split, AddressProblem):
        return split
    problem = _web_problem(split)
    if problem is not None:
        return problem
    host = split.hostname or ""
    if host in LOOPBACK_HOSTS or _is_loopback_number(host):
        return _loopback("an address on this machine")
    if _is_private_number(host):
        return AddressProblem("must not be a private or reserved network address")
    return None if split.scheme == "https" else AddressProblem("must be https", suggestion=_with_https(uri))


def issuer_problem(uri: str) -> AddressProblem | None:
    """What is wrong with an issuer, or None (RFC 8414 §2: https, no query, no fragment; here: no path either)."""
    split = _split(uri)
    if isinstance(split, AddressProblem):
        return split
    problem = _web_problem(split)
    if problem is not None:
        return problem
    if split.path or split.query:
        said = "must be only https://host or https://host:port, with nothing after it, no slash either"
        return AddressProblem(said, suggestion=f"{split.scheme}://{split.netloc}")
    if split.scheme == "https":
        return None
    if split.hostname in LOOPBACK_HOSTS:
        return _loopback("an http issuer")
    return AddressProblem("must be https", suggestion=_with_https(uri))


def _with_https(uri: str) -> str:
    return f"https{uri.removeprefix('http')}"


def _split(uri: str) -> SplitResult | AddressProblem:
    if "*" in uri:
        return AddressProblem("has a wildcard; write out every address")
    if len(uri) > MAX_LENGTH or _UNWANTED.search(uri):
        return AddressProblem("holds characters that an address may not have")
    if "#" in uri:
        return AddressProblem("has a fragment (#)", suggestion=uri.split("#", maxsplit=1)[0])
    try:
        split = urlsplit(uri)
        _ = split.port
    except ValueError:
        return AddressProblem("is not an address")
    return _scheme_problem(uri, split) or split


def _scheme_problem(uri: str, split: SplitResult) -> AddressProblem | None:
    if not split.scheme:
        return AddressProblem("must begin with a scheme, like https://", suggestion=f"https://{uri}")
    if split.scheme not in ("http", "https") and not _PRIVATE_SCHEME.fullmatch(split.scheme):
        # RFC 8252 §7.1: schemes of apps are reversed domain names. javascript:, data:, file: and their like end here.
        return AddressProblem(f"may not have the scheme {split.scheme}:")
    if not uri.startswith(f"{split.scheme}:"):
        return AddressProblem("must have its scheme in lower case", suggestion=split.geturl())
    return None


def _private_scheme_problem(split: SplitResult, *, is_public: bool) -> AddressProblem | None:
    if not is_public:
        return AddressProblem("has a scheme of its own, which only a public client (an app) may have")
    if split.netloc or not split.path.startswith("/") or _DOT_SEGMENT.search(split.path):
        return AddressProblem(f"must look like {split.scheme}:/path")
    return None


def _web_problem(split: SplitResult) -> AddressProblem | None:
    if split.scheme not in ("http", "https"):
        return AddressProblem(f"may not have the scheme {split.scheme}:")
    if "@" in split.netloc:
        return AddressProblem("has user information (…@)")
    host = split.netloc.rsplit(":", 1)[0] if split.port is not None else split.netloc
    if not _HOST.fullmatch(host):
        return AddressProblem("needs a host name in lower case")
    if _DOT_SEGMENT.search(split.path):
        return AddressProblem("has a path with . or .. in it")
    return None


def _loopback(what: str) -> AddressProblem:
    return AddressProblem(f"is {what}", development_only=True)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback_number(host: str) -> bool:
    number = _number(host)
    return number is not None and number.is_loopback


def _is_private_number(host: str) -> bool:
    number = _number(host)
    return number is not None and not number.is_global
