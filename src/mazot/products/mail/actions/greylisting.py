# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server nobody knows is asked to come again: mail servers do, most of what sends spam does not (RFC 6647)."""

from django.db import transaction

from mazot.foundation import clock
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import insert
from mazot.products.mail.models import Address, Caller, Service, Trace
from mazot.products.mail.queries.routing import Local, Onward
from mazot.products.mail.rules import tracing
from mazot.products.mail.rules.greylisting import (
    KNOWN_FOR,
    PAUSE,
    TRIED_WITHIN,
    TRUSTED_AFTER,
    digest_of,
    network_of,
)

_ADDRESS = Prepared[Address](lambda address_id: Address.objects.select_related("service").filter(id=address_id))


def is_let_in(way: Local | Onward, *, host: str, sender: str, recipient: str) -> bool:
    """Whether a letter may come in now; at once wherever its service does not ask servers to come again."""
    address = _ADDRESS(way.address_id)[0]
    return not address.service.greylists or may_come_in(address, host=host, sender=sender, recipient=recipient)


def may_come_in(address: Address, *, host: str, sender: str, recipient: str) -> bool:
    """Whether a letter may come in now; otherwise its server is to come again in some minutes."""
    service, network = address.service, network_of(host)
    with transaction.atomic():
        known = _held(service, digest_of(network))
        if known is not None and known.n_letters >= TRUSTED_AFTER:
            _keep(known)
            return True
        met = _held(service, digest_of(network, sender, recipient))
        if met is None:
            _meet(address, digest_of(network, sender, recipient), host=host, sender=sender, recipient=recipient)
            return False
        if met.known_at is None:
            if clock.now() < met.first_at + PAUSE:
                return False
            met.known_at = clock.now()
            _trust(service, digest_of(network), known)
        _keep(met)
        return True


def forget_callers(*, most: int = 5_000) -> int:
    """Erase those whose time is over; how many."""
    over = Caller.objects.filter(until__lt=clock.now()).values_list("id", flat=True)[:most]
    return Caller.objects.filter(id__in=list(over)).delete()[0]


def _held(service: Service, digest: str) -> Caller | None:
    return Caller.objects.select_for_update().filter(service=service, digest=digest, until__gt=clock.now()).first()


def _keep(caller: Caller) -> None:
    caller.until = clock.now() + KNOWN_FOR
    caller.save(update_fields=["known_at", "until"])


def _meet(address: Address, digest: str, *, host: str, sender: str, recipient: str) -> None:
    now = clock.now()
    Caller.objects.filter(service=address.service, digest=digest).delete()  # whose time was over
    caller = Caller(service=address.service, digest=digest, first_at=now, until=now + TRIED_WITHIN)
    if not Caller.objects.bulk_create([caller], ignore_conflicts=True):
        return
    line = Trace(
        organization_id=address.organization_id,
        address=address,
        at=now,
        direction=Trace.Direction.IN,
        status=tracing.DEFERRED,
        reason=tracing.GREYLISTED,
        sender=sender,
        recipient=recipient,
        subject="",
        message_id="",
        size=0,
        host=host,
        said="",
    )
    insert(line)


def _trust(service: Service, digest: str, known: Caller | None) -> None:
    """One letter more of a network came again."""
    now = clock.now()
    if known is None:
        Caller.objects.filter(service=service, digest=digest).delete()
        known = Caller(service=service, digest=digest, first_at=now, known_at=now, until=now + KNOWN_FOR)
        Caller.objects.bulk_create([known], ignore_conflicts=True)
    Caller.objects.filter(service=service, digest=digest).update(n_letters=known.n_letters + 1, until=now + KNOWN_FOR)
