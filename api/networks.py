"""Whose machine an address is: what guesses and requests are counted by."""

from __future__ import annotations

import ipaddress

OWN_BITS = 64
"""Leading bits of an IPv6 address that tell networks apart (RFC 4291, section 2.5.1); the rest is
whatever the machine chooses, anew for each request if it likes."""


def network_of(address: str) -> str:
    """What an address is counted as: an IPv4 one as itself, one of IPv6 as its network.

    Parameters
    ----------
    address : str
        As the server was told it; what is no address (a socket's path, say) is left as it is.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, OWN_BITS), strict=False))
