# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the name of a mailbox leads: into the address that was opened, or into one that its person shares with others.

Shared addresses stand below one name (RFC 2342): `Shared/info@example.org/INBOX` is the inbox of info@example.org.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mazot.heads.bridge import across
from mazot.heads.imap.refusals import No
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.queries.sessions import OpenStore
from mazot.products.mail.queries.shared import SharedStore, shared_stores

if TYPE_CHECKING:
    from mazot.heads.imap.session import Session

ROOT = "Shared"
PREFIX = ROOT + "/"


@dataclass(frozen=True, slots=True)
class Place:
    """A store, and a name within it."""

    store: OpenStore
    name: str
    shared: SharedStore | None = None  # none: the address's own

    @property
    def root(self) -> str:
        """The name below which the store stands; empty for the address's own."""
        return f"{PREFIX}{self.shared.label}" if self.shared else ""

    def whole(self, name: str) -> str:
        """A name of this store as this session sees it."""
        return f"{self.root}/{name}" if self.shared else name


async def place_of(session: "Session", name: str) -> Place:
    """Where a name leads. Names of the address's own mailboxes cost no question."""
    assert session.opened is not None
    if not name.startswith(PREFIX):
        return Place(session.opened.store, name)
    return await across(_place, session.opened, name)


def _place(opened: Opened, name: str) -> Place:
    label, _slash, rest = name.removeprefix(PREFIX).partition("/")
    for shared in shared_stores(opened.actor, opened.address):
        if shared.label == label:
            return Place(shared.store, rest, shared)
    return Place(opened.store, name)


async def place_to_make(session: "Session", name: str) -> Place:
    """The same for a mailbox that is to be; the names of shared addresses are nobody's to take."""
    place = await place_of(session, name)
    label = name.removeprefix(PREFIX).partition("/")[0]
    if name == ROOT or (name.startswith(PREFIX) and "@" in label and not (place.shared and place.name)):
        raise No("Names like this one belong to the addresses that people share.", b"CANNOT")
    return place
