# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages are read again from their contents, when a reader has learnt something or a row is doubted."""

from collections.abc import Iterator, Mapping

from mazot.foundation.errors import Busy
from mazot.foundation.statements import update
from mazot.products.mail.actions.holding import hold_store
from mazot.products.mail.actions.indexing import doubt_letters
from mazot.products.mail.actions.keeping import columns_of
from mazot.products.mail.models import Message, Store
from mazot.products.mail.queries.messages import content_of
from mazot.products.mail.queries.readings import read_by_an_older
from mazot.products.mail.rights import MANAGE
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action
from mazot.wire.mime import Reading, read_message

AT_ONCE = 100


def reread_messages(actor: Actor, store: Store, *, everything: bool = False) -> Iterator[int]:
    """Read a store's messages again, a hundred at a time; after each hundred, how many were read so far.

    It may be broken off and begun again: what was read by this reader is passed over, unless `everything` is wanted.
    """
    last = n_read = 0
    while found := read_by_an_older(store.id, after=last, limit=AT_ONCE, everything=everything):
        last = found[-1][0]
        readings = {key: reading for key, digest in found if (reading := _read(digest)) is not None}
        n_read += keep_readings(actor, store, readings=readings)
        yield n_read


def _read(digest: str) -> Reading | None:
    """What is in a content; none when it is missing, which `missing_contents` tells."""
    try:
        return read_message(bytes(content_of(digest)))
    except Busy:
        return None


@action(needs=MANAGE)
def keep_readings(actor: Actor, store: Store, *, readings: Mapping[int, Reading]) -> int:  # noqa: ARG001 - every deed has an actor
    """Keep what was read from messages anew; UIDs, flags and threads stay as they are. How many there were."""
    hold_store(store.id)
    messages = Message.objects.filter(store_id=store.id).in_bulk(list(readings))
    for key, message in messages.items():
        columns = columns_of(readings[key])
        for name, value in columns.items():
            setattr(message, name, value)
        update(message, *columns)
    doubt_letters(store.id, list(messages))
    return len(messages)
