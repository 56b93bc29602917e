# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a door that shows mail asks besides mailboxes and messages: names of flags, whether it may change them, room."""

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.mailboxes import stores_for
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import DELETED, NAMES, SEEN, names_of, read_flags
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import require

__all__ = ["DELETED", "KNOWN", "SEEN", "OpenMailbox", "OpenStore", "flag_bit", "may_change", "names_of", "read_flags"]

OpenMailbox = Mailbox
OpenStore = Store
KNOWN = tuple(NAMES.values())


def flag_bit(name: str) -> int:
    """The bit of a flag; 0 for a keyword that has none."""
    return read_flags([name])[0]


def may_change(actor: Actor, store: Store) -> bool:
    """Whether the actor may move, mark and delete what they read here."""
    try:
        require(actor, WRITE, store)
    except (NotAllowed, NotFound):
        return False
    return True


def room_of(actor: Actor, store: Store) -> tuple[int, int | None]:
    """Bytes in use and bytes allowed (none: no limit) as they are now."""
    for found in stores_for(actor):
        if found.id == store.id:
            return found.used, found.allowed
    raise NotFound("not_found")
