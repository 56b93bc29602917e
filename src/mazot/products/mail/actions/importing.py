# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters from elsewhere come into an address, each once however often it is tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.products.mail.actions.folders import add_mailbox
from mazot.products.mail.actions.holding import announce, hold_mailboxes, hold_store
from mazot.products.mail.actions.keeping import Arrival, keep_message
from mazot.products.mail.actions.placing import place
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.held import Shown, marks
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import EVERY
from mazot.products.mail.rules.mboxes import Found
from mazot.products.mail.rules.names import whole_name
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action
from mazot.wire.mime import read_message

AT_ONCE = 25
SHOWN = (
    "SELECT m.digest, m.id, p.mailbox_id FROM mail_message m JOIN mail_placement p ON p.message_id = m.id "
    "WHERE m.store_id = %s AND m.digest IN ({})"
)


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of some letters."""

    n_added: int = 0
    n_there: int = 0


def arrival_of(found: Found) -> Arrival:
    """Put a letter on disk and read it; outside of any transaction."""
    assert found.content is not None
    reading = read_message(found.content)
    moment = found.received_at or reading.sent_at or clock.now()
    return Arrival(blobs().put(found.content), reading, min(moment, clock.now()))


@action(needs=WRITE)
def bring_letters_in(
    actor: Actor,  # noqa: ARG001 - every deed has an actor
    store: Store,
    *,
    folder: str,
    letters: Sequence[tuple[Arrival, int]],
    newest_before: int,
) -> Brought:
    """Add letters with their flags to a folder, which is made where it is missing; what is there already stays once.

    There already is what the folder shows, and what the store showed anywhere before the run began (`newest_before` is
    the number of its newest message then): somebody may have moved it since an earlier run.
    """
    held = hold_store(store.id)
    mailbox = _mailbox(held, folder)
    known, newly = _shown(held, letters), set[str]()
    shown = []
    for arrival, flags in letters:
        digest = arrival.blob.digest
        places = known.get(digest, ())
        if digest in newly or any(where == mailbox.id or number <= newest_before for number, where in places):
            continue
        newly.add(digest)
        shown.append(Shown(keep_message(held, arrival), arrival.blob.size, flags & EVERY))
    place(held, mailbox, shown)
    announce(held, [mailbox])
    return Brought(len(shown), len(letters) - len(shown))


def _mailbox(store: Store, name: str) -> Mailbox:
    wanted = whole_name(name)
    found = Mailbox.objects.filter(store_id=store.id, name=wanted).values_list("id", flat=True).first()
    return hold_mailboxes(store, [found])[found] if found is not None else add_mailbox(store, wanted)


def _shown(store: Store, letters: Sequence[tuple[Arrival, int]]) -> dict[str, list[tuple[int, int]]]:
    """Where the store shows the same contents: message and mailbox."""
    digests = sorted({arrival.blob.digest for arrival, _flags in letters})
    found: dict[str, list[tuple[int, int]]] = {}
    if digests:
        with connection.cursor() as cursor:
            cursor.execute(SHOWN.format(marks(digests)), [store.id, *digests])
            for digest, message_id, mailbox_id in cursor.fetchall():
                found.setdefault(digest, []).append((message_id, mailbox_id))
    return found


def newest_message(store: Store) -> int:
    """The number of a store's newest message."""
    return int(store.messages.order_by("-id").values_list("id", flat=True).first() or 0)
