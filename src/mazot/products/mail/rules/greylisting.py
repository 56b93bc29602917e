# SPDX-License-Identifier: AGPL-3.0-or-later
"""Servers nobody knows come again (RFC 6647): when a try counts, and for how long it is remembered."""

import ipaddress
from datetime import timedelta
from hashlib import sha256

PAUSE = timedelta(minutes=3)  # before it, the second try is the first one again
TRIED_WITHIN = timedelta(hours=36)  # a server that comes again later begins anew
KNOWN_FOR = timedelta(days=36)  # a monthly letter comes through at once
TRUSTED_AFTER = 3  # different letters of one network, and it is asked no more


def network_of(address: str) -> str:
    """Big senders try again from another of their addresses: what counts is the /24, or the /64."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 64), strict=False))


def digest_of(network: str, sender: str = "", recipient: str = "") -> str:
    """One network, or one letter of it: the same sender to the same recipient."""
    return sha256("\0".join((network, sender.lower(), recipient.lower())).encode("utf-8", "replace")).hexdigest()
