"""Which network addresses we may connect to on somebody's word: a pure rule, the heart of the guard against SSRF.

Only addresses of the public internet; loopback where the caller allows it (development). Addresses that carry another
one inside (IPv4-mapped, NAT64) count as what they carry. Registries: RFC 6890, RFC 8190.
"""

from __future__ import annotations

import ipaddress

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def may_connect(text: str, *, allow_loopback: bool) -> bool:
    """True when a connection to the numeric address `text` is harmless."""
    try:
        address = _unwrap(ipaddress.ip_address(text))
    except ValueError:
        return False
    if address.is_loopback:
        return allow_loopback
    return address.is_global and not _is_special(address)


def _unwrap(address: _Address) -> _Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address


def _is_special(address: _Address) -> bool:
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return True
    if isinstance(address, ipaddress.IPv4Address):
        return False
    return address.is_site_local or address in _LOCAL_NAT64 or address in _SIX_TO_FOUR
