"""Addresses: which ones the entries of routes may be sent to.

Whoever puts a route chooses an address, and the server calls it from where the
server stands: behind the firewall. So only addresses of the public network are
allowed, and those that the operator has named. What counts is the address that
is connected to, not the name: names can mean something else by then.
"""

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Addresses within which others are written.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Addresses that count as public by their form, and may lead inside all the same: of IPv4 hosts,
# as formerly written and as translated; of translators of a network's own; of sites.
INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10")
)


class AddressRefusedError(OSError):
    """An address that nothing may be sent to; the message says which."""


def networks(text: str) -> tuple[Network, ...]:
    """Read networks with commas between them; raise ValueError if one is none."""
    return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())


class AddressRules:
    """Tells which addresses may be connected to; `allowed` are the operator's exceptions.

    `what` is what would be sent there, for people to read.
    """

    def __init__(self, allowed: Iterable[Network] = (), what: str = "webhooks") -> None:
        self._allowed = tuple(allowed)
        self._what = what

    def check(self, text: str) -> None:
        """Raise AddressRefusedError unless an address may be connected to."""
        address = _meant(ipaddress.ip_address(text.partition("%")[0]))
        if any(address in network for network in self._allowed):
            return
        is_inside = any(address in network for network in INSIDE)
        if is_inside or not address.is_global or address.is_multicast:
            raise AddressRefusedError(f"{self._what} may not be sent to {address}")

    def check_host(self, host: str) -> None:
        """Raise AddressRefusedError if a host is an address, and not one to connect to.

        Names are looked up when it is time to connect, and only then.
        """
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return
        self.check(host)

    def socket(self, address: tuple[Any, ...]) -> socket.socket:
        """Make the socket for an address that was looked up, if it may be connected to."""
        family, kind, protocol, _, place = address
        self.check(str(place[0]))
        return socket.socket(family, kind, protocol)


def _meant(address: Address) -> Address:
    """Give the address that stands within another one, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
