# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a letter for a domain is brought: names become addresses, and those of our own network are left out."""

import random
from dataclasses import dataclass, replace

from django.conf import settings

from mazot.foundation.outward import is_public
from mazot.foundation.relay import Host, Reply
from mazot.foundation.resolver import resolver
from mazot.products.mail.rules import tracing
from mazot.products.mail.rules.exchangers import exchangers_of
from mazot.products.mail.rules.transport import ENFORCE, Policy

ADDRESSES_OF_A_HOST = 3


@dataclass(frozen=True, slots=True)
class Way:
    """The hosts to try in turn, or what is to be said at once of everybody at the domain, and why."""

    hosts: tuple[Host, ...] = ()
    reply: Reply | None = None
    reason: str = ""


def way_to(domain: str, policy: Policy | None = None) -> Way:
    """Ask the name system where mail for a domain goes; it may wait, so ask outside of a transaction.

    Where the domain's own policy is enforced (RFC 8461), only to hosts that it names, which prove who they are.
    """
    mazot = settings.MAZOT
    if mazot.smarthost:
        name, _colon, port = mazot.smarthost.rpartition(":")
        return _reached(_hosts([name.strip("[]")], int(port), is_ours=True))
    found = resolver().look_up(domain, "MX")
    if found.failed:
        return Way(reply=Reply(0, "the name system did not answer"), reason=tracing.UNREACHABLE)
    if not found.exists:
        return Way(reply=Reply(550, "5.1.2 there is no such domain"), reason=tracing.UNKNOWN)
    exchangers = exchangers_of(domain, found.values, lambda hosts: random.sample(hosts, len(hosts)))
    if exchangers.refuses:
        return Way(reply=Reply(556, "5.1.10 this domain takes no mail"), reason=tracing.NO_MAIL)
    names = exchangers.hosts
    is_enforced = policy is not None and policy.mode == ENFORCE
    if policy is not None and is_enforced:
        names = tuple(name for name in names if policy.allows(name))
        if not names:
            return Way(reply=Reply(0, "its policy names none of its hosts"), reason=tracing.UNSAFE)
    hosts = _hosts(names, mazot.relay_port, is_ours=mazot.private_relays)
    if is_enforced:
        hosts = tuple(replace(host, must_prove_itself=True, authorities=mazot.authorities) for host in hosts)
    return _reached(hosts)


def _reached(hosts: tuple[Host, ...]) -> Way:
    if hosts:
        return Way(hosts)
    return Way(reply=Reply(0, "none of its hosts has an address on the internet"), reason=tracing.UNREACHABLE)


def _hosts(names: tuple[str, ...] | list[str], port: int, *, is_ours: bool) -> tuple[Host, ...]:
    """Each host by its addresses; those inside a private network only where the operator says so (`is_ours`)."""
    hosts = []
    for name in names:
        addresses = [*resolver().look_up(name, "A").values, *resolver().look_up(name, "AAAA").values]
        if name.replace(".", "").isdigit() or ":" in name:  # a smart host may be written as an address
            addresses = [name]
        open_ones = [address for address in addresses if is_ours or is_public(address)]
        hosts += [Host(name, address, port) for address in open_ones[:ADDRESSES_OF_A_HOST]]
    return tuple(hosts)
