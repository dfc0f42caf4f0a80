"""Where a request comes from."""

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

Network = IPv4Network | IPv6Network
#: One household or office has a whole /64.
_HOME_PREFIX = 64
_UNKNOWN = "unknown"


def networks(written: tuple[str, ...]) -> tuple[Network, ...]:
    """Read addresses and networks.

    Raises:
        ValueError: one is neither.
    """
    return tuple(ip_network(item, strict=False) for item in written)


def client_address(request: web.Request, trusted: tuple[Network, ...]) -> str:
    """The nearest address that is not one of our own proxies."""
    # What stands further left in the header was written by the client and proves nothing.
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    hops = [request.remote or "", *(hop.strip() for hop in reversed(forwarded) if hop.strip())]
    for hop in hops:
        if not _is_trusted(hop, trusted):
            return _grouped(hop)
    return _grouped(hops[-1])


def _is_trusted(written: str, trusted: tuple[Network, ...]) -> bool:
    try:
        address = ip_address(written)
    except ValueError:
        return False
    return any(address in network for network in trusted)


def _grouped(written: str) -> str:
    try:
        address = ip_address(written)
    except ValueError:
        return _UNKNOWN
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(IPv6Network((address, _HOME_PREFIX), strict=False))
    return str(address)
