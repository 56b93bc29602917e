# SPDX-License-Identifier: AGPL-3.0-or-later
"""What other domains ask of those who bring their mail is remembered for as long as they say."""

from contextlib import suppress
from datetime import timedelta

from mazot.foundation import clock
from mazot.foundation.errors import Busy, NoSpace
from mazot.foundation.transactions import one_transaction
from mazot.products.mail.models import TransportPolicy
from mazot.products.mail.queries.transport import announced_id, fetched_policy, known_policy
from mazot.products.mail.rules.transport import Policy


def keep_policy(domain: str, policy: Policy, *, announced: str) -> None:
    """Remember a policy that was fetched just now, instead of the one before."""
    with one_transaction():
        TransportPolicy.objects.update_or_create(
            domain=domain,
            defaults={
                "announced": announced,
                "mode": policy.mode,
                "hosts": " ".join(policy.hosts),
                "max_age": policy.max_age,
                "ends_at": clock.now() + timedelta(seconds=policy.max_age),
            },
        )


def policy_of(domain: str) -> Policy | None:
    """How a domain wants its mail to be brought: as it was told before, or as it announces anew.

    It waits for the network: never inside a transaction.
    """
    known = known_policy(domain)
    announced = announced_id(domain)
    if announced and (known is None or known[0] != announced) and (policy := fetched_policy(domain)):
        with suppress(Busy, NoSpace):  # it holds for this letter, and is fetched again for the next one
            keep_policy(domain, policy, announced=announced)
        return policy
    return known[1] if known else None


def forget_policies() -> int:
    """Erase those that hold no longer."""
    return TransportPolicy.objects.filter(ends_at__lte=clock.now()).delete()[0]
