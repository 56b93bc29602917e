# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a domain wants its mail to be brought, asked of its zone and of its site (RFC 8461).

Asks the network: never inside a transaction. What was fetched once holds until it ends, whatever the zone says later or
who keeps us from asking: that is what protects against somebody in between (section 10.2).
"""

import time

from django.conf import settings

from mazot.foundation import clock
from mazot.foundation.outward import fetch
from mazot.foundation.resolver import resolver
from mazot.products.mail.models import TransportPolicy
from mazot.products.mail.rules.transport import PATH, Policy, id_in, policy_host, read_policy, record_name

WITHIN = 20.0  # seconds for the whole file
AGAIN_AFTER = 300.0  # seconds until a site that failed is asked again (section 3.3)
MOST_FAILED = 2_000

_failed: dict[str, float] = {}  # domains whose policy could not be fetched, and when that was


def known_policy(domain: str) -> tuple[str, Policy] | None:
    """The one that was fetched before and holds still, with the id it was announced by."""
    row = TransportPolicy.objects.filter(domain=domain, ends_at__gt=clock.now()).first()
    return None if row is None else (row.announced, Policy(row.mode, tuple(row.hosts.split()), row.max_age))


def announced_id(domain: str) -> str:
    """What the zone announces; empty for nothing, and for what nobody can tell."""
    return id_in(resolver().look_up(record_name(domain), "TXT").values)


def fetched_policy(domain: str) -> Policy | None:
    """What the site of a domain says at this moment; none when it says nothing that counts."""
    now = time.monotonic()
    if now - _failed.get(domain, -AGAIN_AFTER) < AGAIN_AFTER:
        return None
    mazot = settings.MAZOT
    answer = fetch(
        f"https://{policy_host(domain)}:{mazot.policy_port}{PATH}",
        resolver=resolver(),
        allow_private=mazot.private_relays,
        authorities=mazot.authorities,
        within=WITHIN,
    )
    policy = read_policy(answer.body.decode("utf-8", "replace")) if answer.status == 200 else None
    if policy is None:
        if len(_failed) >= MOST_FAILED:
            _failed.clear()
        _failed[domain] = now
    else:
        _failed.pop(domain, None)
    return policy
