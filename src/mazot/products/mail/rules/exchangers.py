# SPDX-License-Identifier: AGPL-3.0-or-later
"""To which hosts mail for a domain goes, from its MX records (RFC 5321 section 5.1, RFC 7505)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_HOSTS = 8


@dataclass(frozen=True, slots=True)
class Exchangers:
    """Hosts in the order they are tried; none and `refuses` where the domain takes no mail at all."""

    hosts: tuple[str, ...] = ()
    refuses: bool = False


def exchangers_of(domain: str, records: Sequence[str], shuffled: Callable[[list[str]], list[str]]) -> Exchangers:
    """Read MX records; without one the domain itself is the host. Hosts of one preference take turns."""
    by_preference: dict[int, list[str]] = {}
    for record in records:
        preference, _, host = record.partition(" ")
        host = host.strip().rstrip(".").lower()
        if preference.isdigit():
            by_preference.setdefault(int(preference), []).append(host)
    if not by_preference:
        return Exchangers((domain,))
    if by_preference == {0: [""]}:
        return Exchangers(refuses=True)
    ordered = [host for preference in sorted(by_preference) for host in shuffled(by_preference[preference]) if host]
    return Exchangers(tuple(ordered[:MOST_HOSTS]))
