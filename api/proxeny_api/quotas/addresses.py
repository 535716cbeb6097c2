"""From which address a request comes: the peer's, or what a trusted proxy says of it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Whoever has one address of version 6 has all of such a network.
ONE_HOLDER = 64
UNKNOWN = "unknown"


def networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks of addresses or networks as they are written; raises ValueError for what is neither."""
    return tuple(ip_network(each, strict=False) for each in written)


def address_of(connection: HTTPConnection, trusted: Sequence[Network]) -> str:
    """Return the nearest address that no trusted proxy has; of version 6, its network.

    What stands left of that in X-Forwarded-For anybody may have written, so it is never looked at.
    """
    said = ",".join(connection.headers.getlist("x-forwarded-for"))
    hops = [hop for hop in (part.strip() for part in said.split(",")) if hop]
    nearest = connection.client.host if connection.client else ""
    while (found := _parsed(nearest)) is not None and _is_trusted(found, trusted) and hops:
        nearest = hops.pop()
    return UNKNOWN if found is None else _holder(found)


def _parsed(written: str) -> Address | None:
    try:
        found = ip_address(written)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _is_trusted(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _holder(address: Address) -> str:
    return str(address) if isinstance(address, IPv4Address) else str(ip_network((address, ONE_HOLDER), strict=False))
