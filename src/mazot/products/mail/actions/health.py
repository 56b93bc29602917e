# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Mapping

from mazot.foundation import clock
from mazot.foundation.resolver import Records
from mazot.products.mail.models import Health, Service
from mazot.products.mail.queries.health import judged
from mazot.products.mail.rights import MANAGE
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=MANAGE)
def note_health(actor: Actor, service: Service, *, seen: Mapping[str, Records]) -> Health:  # noqa: ARG001 - every deed has an actor
    """Keep what a zone was seen to say, and whether that does; the looking is done before, outside."""
    state, n_wrong = judged(service, seen)
    told = {name: [list(one.values), one.failed, one.exists] for name, one in seen.items()}
    found, _made = Health.objects.update_or_create(
        service=service, defaults={"checked_at": clock.now(), "state": state, "n_wrong": n_wrong, "seen": told}
    )
    return found
