# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long somebody waits after wrong passwords, without giving anyone a way to lock another person out.

Failures slow the address they come from, for every name and more strictly for the same one. Failures on one name from
many addresses slow nobody by themselves: they only take the patience with each address that has just failed, so a
right password from an address that has not failed is always let in.

Other doors at which strangers guess count by themselves, each with its own patience: who mistypes a promo code signs in
as before.
"""

from dataclasses import dataclass
from ipaddress import ip_address

FREE_OF_AN_ADDRESS = 20  # a school's exit address has many forgetful people behind it
FREE_OF_A_NAME_AT_AN_ADDRESS = 5
FREE_UNDER_PRESSURE = 1
PRESSURE = 100  # failures on one name from everywhere
LONGEST_WAIT = 900.0
FADE = 180.0  # one failure is forgotten every three minutes


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures a door takes for nothing: from one address, and for one name from there."""

    door: str  # its word, by which its failures are kept apart
    of_an_address: int
    of_a_name_at_an_address: int


OF_PASSWORDS = Patience("", FREE_OF_AN_ADDRESS, FREE_OF_A_NAME_AT_AN_ADDRESS)


@dataclass(frozen=True, slots=True)
class Tally:
    """Failures as they were last counted, and the seconds since."""

    failures: float = 0.0
    age: float = 1e9

    @property
    def now(self) -> float:
        return max(0.0, self.failures - max(0.0, self.age) / FADE)


def wait(tally: Tally, *, free: int) -> float:
    """Seconds until the next try is heard; each failure beyond the free ones doubles it."""
    beyond = round(tally.failures) - free
    if beyond < 0:
        return 0.0
    whole = min(LONGEST_WAIT, 2.0 ** min(20, beyond + 1))
    return max(0.0, whole - max(0.0, tally.age))


def wait_for(
    *,
    name_at_address: Tally,
    address: Tally = Tally(),
    name: Tally = Tally(),
    patience: Patience = OF_PASSWORDS,
) -> float:
    """Seconds that a try for this name from this address waits."""
    free = FREE_UNDER_PRESSURE if name.now >= PRESSURE else patience.of_a_name_at_an_address
    return max(wait(address, free=patience.of_an_address), wait(name_at_address, free=free))


def side_of(address: str) -> str:
    """What counts as one side: an IPv4 address, or the /64 that one IPv6 customer has at least."""
    if ":" not in address:
        return address
    if address.lower().startswith("::ffff:") and "." in address:
        return address.rsplit(":", 1)[1]
    head, _gap, _tail = address.partition("%")[0].partition("::")
    groups = [group for group in head.split(":") if group] if _gap else head.split(":")
    return ":".join([group.lower().lstrip("0") or "0" for group in [*groups, "0", "0", "0", "0"][:4]]) + "::"


def is_own(address: str) -> bool:
    """Whether an address is this machine's: a proxy here that is not trusted, through which everybody seems to come."""
    try:
        return ip_address(side_of(address) if address.lower().startswith("::ffff:") else address).is_loopback
    except ValueError:
        return False
