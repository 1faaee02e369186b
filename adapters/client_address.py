"""Whose request it is, for limits: the address of the client, past the proxies that we trust."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

Network = IPv4Network | IPv6Network
NOBODY = "unknown"
"""The one allowance of all whose address cannot be told."""
PREFIX = 64
"""Bits of an IPv6 address that stand for one client: a home or a server has a whole /64."""
MOST_HOPS = 20
"""Entries of X-Forwarded-For that are read, from its end."""


def networks(text: str) -> tuple[Network, ...]:
    """TRUSTED_PROXIES: addresses or networks with commas between. Raises ValueError."""
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def client_address(request: web.Request, trusted: Sequence[Network]) -> str:
    """The peer; where that is a proxy we trust, whoever it says it speaks for, and so on back to
    the first that we do not trust. What stands before that, anybody could have written."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    said = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")[-MOST_HOPS:]
    hops = [each for each in said if each.strip()]
    address = str(peer[0]) if isinstance(peer, tuple) else ""
    while _trusts(address, trusted) and hops:
        address = hops.pop().strip()
    return _one_client(address)


def _trusts(address: str, trusted: Sequence[Network]) -> bool:
    found = _read(address)
    return found is not None and any(found in each for each in trusted)


def _one_client(address: str) -> str:
    found = _read(address)
    if found is None:
        return NOBODY
    if isinstance(found, IPv6Address):
        return str(ip_network((found, PREFIX), strict=False))
    return str(found)


def _read(address: str) -> IPv6Address | object | None:
    try:
        found = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
