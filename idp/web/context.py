"""What views ask about the request they answer: services, renderer, language, caller's address.

The only reader of `current_app` and `g`. Nothing here believes a header that a caller may write, but for proxies that
the settings name.
"""

from __future__ import annotations

import ipaddress
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g, request

from idp.protocol.locales import choose_locale, parse_accept_language, parse_locales
from idp.protocol.parameters import MalformedParameters, Parameters, parse_parameters
from idp.services import Services
from idp.web.cookies import cookie_name
from idp.web.render import Renderer

EXTENSION = "sekisho"
LOCALE_COOKIE = "sekisho_locale"
UNKNOWN_ADDRESS = "unknown"

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def services() -> Services:
    """The services of this application."""
    return cast("Services", current_app.extensions[EXTENSION][0])


def renderer() -> Renderer:
    """The renderer of this application."""
    return cast("Renderer", current_app.extensions[EXTENSION][1])


def query_parameters() -> Parameters:
    """The query, read strictly. Raises MalformedParameters."""
    return parse_parameters(request.query_string)


def keep_body(body: bytes) -> None:
    """Remember the body that was read, once and within the limits."""
    g.sekisho_body = body


def body_parameters() -> Parameters:
    """The form in the body, read strictly; none when there was no body to read. Raises MalformedParameters."""
    return parse_parameters(g.get("sekisho_body", b""))


def wished_locale() -> str | None:
    """The first offered language of `ui_locales`, in the query or in a form (OpenID Connect Core §3.1.2.1)."""
    try:
        asked = query_parameters().get("ui_locales") or body_parameters().get("ui_locales")
    except MalformedParameters:
        return None
    return choose_locale(parse_locales(asked), services().site.locales)


def request_locale(journey_locale: str | None = None) -> str:
    """The language of the answer: `ui_locales`, else the person's own choice, else what the browser prefers.

    A journey that goes on in another browser keeps its own language there, that of its mail.
    """
    site = services().site
    offered = site.locales
    chosen = request.cookies.get(cookie_name(site, LOCALE_COOKIE), "")
    if (wished := wished_locale()) is not None:
        return wished
    if chosen in offered:
        return chosen
    if journey_locale in offered:
        return str(journey_locale)
    accepted = parse_accept_language(request.headers.get("Accept-Language", ""))
    return choose_locale(accepted, offered) or offered[0]


def is_foreign_form() -> bool:
    """True for a form that another site's page sent, as far as its Origin header says."""
    origin = request.headers.get("Origin")
    return request.method == "POST" and origin is not None and origin != issuer_origin()


def issuer_origin() -> str:
    """Our own origin, from the settings."""
    own = urlsplit(services().site.issuer)
    return f"{own.scheme}://{own.netloc}"


def client_address() -> str:
    """The address the request came from. `X-Forwarded-For` counts as far as trusted proxies wrote it.

    What a trusted proxy passed on unreadably is `unknown`, an address like any other.
    """
    trusted = [ipaddress.ip_network(proxy, strict=False) for proxy in services().site.trusted_proxies]
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    address = _canonical(request.remote_addr or "")
    while hops and _is_trusted(address, trusted):
        address = _canonical(hops.pop())
    return address


def _canonical(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN_ADDRESS
    if "%" in text:  # a zone may be any text at all, and means nothing here
        return UNKNOWN_ADDRESS
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _is_trusted(address: str, trusted: list[_Network]) -> bool:
    return address != UNKNOWN_ADDRESS and any(ipaddress.ip_address(address) in network for network in trusted)
