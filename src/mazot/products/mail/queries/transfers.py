# SPDX-License-Identifier: AGPL-3.0-or-later
"""Imports of an address, and where the bytes of their files lie."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.products.mail.models import Message, Store, Transfer
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.tenancy.actor import Actor

SILENT_FOR = timedelta(minutes=10)  # after which an import at work is taken for dead


def transfers_of(actor: Actor, store: Store) -> list[Transfer]:
    """The imports of an address, the newest first."""
    require_reading(actor, store)
    return list(Transfer.objects.filter(address_id=store.address_id).order_by("-created_at", "-id")[:20])


def transfer_of(actor: Actor, store: Store, transfer_id: UUID) -> Transfer:
    require_reading(actor, store)
    found = Transfer.objects.filter(address_id=store.address_id, id=transfer_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def transfer_by_id(transfer_id: UUID) -> Transfer | None:
    """An import whose address is not in the bin."""
    found = Transfer.objects.filter(id=transfer_id, address__deleted_at__isnull=True)
    return found.select_related("address").first()


def path_of_file(transfer_id: UUID) -> Path:
    """Beside the blobs, where what nobody finished is swept away."""
    return blobs().incoming / f"letters-{transfer_id.hex}.part"


def is_turn_of(transfer: Transfer) -> bool:
    """Whether no other import is at work: one at a time leaves the worker free for everything else."""
    lately = clock.now() - SILENT_FOR
    others = Transfer.objects.filter(state=Transfer.State.WORKING, touched_at__gt=lately)
    return not others.exclude(id=transfer.id).exists()


def known_letters(transfer: Transfer, told: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Which of these (Message-ID, size) the address showed already before the import began."""
    names = {name for name, _size in told if name}
    here = Message.objects.filter(store__address_id=transfer.address_id, id__lte=transfer.newest_before)
    found = here.filter(message_id__in=names, gone_at__isnull=True)
    return told & set(found.values_list("message_id", "size"))
