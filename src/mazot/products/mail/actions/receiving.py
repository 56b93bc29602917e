# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a letter for one recipient that was let in: kept, passed on, told in the log; all or nothing.

A letter that is passed on says so in its head (`Delivered-To`), and is not passed on by the same address again: two
addresses that redirect to each other end in two copies and no storm.
"""

import re
from dataclasses import dataclass

from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import DomainError
from mazot.foundation.transactions import one_transaction
from mazot.products.mail.actions.delivering import Arrival, deliver_message
from mazot.products.mail.actions.keeping import storable
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.tracing import trace_arrival
from mazot.products.mail.models import Address, Store
from mazot.products.mail.queries.routing import Local, Onward
from mazot.products.mail.rules import tracing
from mazot.products.mail.rules.reports import MOST_HEADERS
from mazot.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Incoming:
    """A letter that is on disk, its envelope's sender, and the server it came from as the log names it."""

    arrival: Arrival
    sender: str
    host: str = ""
    needs_utf8: bool = False
    vouched: str = ""  # who vouches for it, as the log keeps it: "spf=pass dkim=none dmarc=none"


def receive_letter(recipient: str, way: Local | Onward, letter: Incoming) -> None:
    """Bring a letter to where `route` said it goes; whatever is raised has left nothing but a line in the log."""
    address = Address.objects.select_related("service").get(id=way.address_id)
    targets = _onward(address, way, letter)
    copy = _copy_for(address, letter) if targets else None
    try:
        with one_transaction():
            if isinstance(way, Local) and (way.keeps or not targets):
                _keep(address, way, letter)
                trace_arrival(address, letter, recipient, status=tracing.DELIVERED)
            if copy is not None:
                _pass_on(address, targets, copy, letter)
                trace_arrival(address, letter, recipient, status=tracing.REDIRECTED)
    except DomainError as error:
        why = tracing.OVER_QUOTA if error.reason == tracing.OVER_QUOTA else ""
        trace_arrival(address, letter, recipient, status=tracing.REJECTED, reason=why)
        raise


def _keep(address: Address, way: Local, letter: Incoming) -> None:
    system = Actor.system(address.organization_id, because="mail came in")
    deliver_message(system, Store.objects.get(id=way.store_id), arrival=letter.arrival)


def _onward(address: Address, way: Local | Onward, letter: Incoming) -> tuple[str, ...]:
    targets = way.onward if isinstance(way, Local) else way.targets
    return () if targets and _has_been_at(address, letter.arrival.blob) else targets


def _copy_for(address: Address, letter: Incoming) -> Blob:
    mark = f"Delivered-To: {_name(address)}\r\n".encode()
    with blobs().writer() as copy, blobs().open(letter.arrival.blob.digest) as content:
        copy.write(mark)
        while chunk := content.read(1 << 20):
            copy.write(chunk)
        return copy.finish()


def _pass_on(address: Address, targets: tuple[str, ...], copy: Blob, letter: Incoming) -> None:
    reading = letter.arrival.reading
    parcel = Parcel(
        copy,
        letter.sender,
        storable(reading.message_id, 255),
        storable(reading.subject, 200),
        needs_utf8=letter.needs_utf8,
    )
    enqueue(parcel, [To(target) for target in targets], address=address)


def _has_been_at(address: Address, blob: Blob) -> bool:
    with blobs().open(blob.digest) as content:
        header = content.read(MOST_HEADERS).partition(b"\r\n\r\n")[0]
    return (
        re.search(rb"(?im)^delivered-to:[ \t]*" + re.escape(_name(address).encode()) + rb"[ \t]*\r?$", header)
        is not None
    )


def _name(address: Address) -> str:
    return f"{address.local}@{address.service.domain}"
