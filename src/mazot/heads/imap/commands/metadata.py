# SPDX-License-Identifier: AGPL-3.0-or-later
"""GETMETADATA and SETMETADATA (RFC 5464)."""

from mazot.foundation.errors import Refused
from mazot.heads.bridge import across
from mazot.heads.imap.places import Place, place_of
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.metadata import LARGEST, set_metadata
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.metadata import metadata_of
from mazot.wire.imap.commands import Named
from mazot.wire.imap.metadata import GetMetadata, SetMetadata, written
from mazot.wire.imap.responses import mailbox, untagged


async def get(session: Session, named: Named) -> Ok:
    command: GetMetadata = named.read()
    assert session.opened is not None
    found = await across(_found, session.opened, await place_of(session, command.mailbox), command)
    largest = max((len(value) for value in found.values() if value is not None), default=0)
    limit = largest if command.largest is None else command.largest
    shown = {name: value for name, value in found.items() if value is None or len(value) <= limit}
    if shown:
        name = mailbox(command.mailbox, utf8=session.utf8) if command.mailbox else b'""'
        session.channel.write(untagged(b"METADATA", name, written(shown)))
    return Ok("That is all.", b"METADATA LONGENTRIES %d" % largest if largest > limit else b"")


async def set_(session: Session, named: Named) -> Ok:
    command: SetMetadata = named.read()
    assert session.opened is not None
    place = await place_of(session, command.mailbox)
    try:
        await across(_set, session.opened, place, command)
    except Refused as error:
        codes = {"metadata_large": b"METADATA MAXSIZE %d" % LARGEST, "metadata_many": b"METADATA TOOMANY"}
        raise No(str(error.sentence), codes.get(error.reason, b"CANNOT")) from error
    return Ok("It is kept.")


def _found(opened: Opened, place: Place, command: GetMetadata) -> dict[str, bytes | None]:
    where = mailbox_named(opened.actor, place.store, place.name) if command.mailbox else None
    return metadata_of(opened.actor, place.store, where, command.names, depth=command.depth)


def _set(opened: Opened, place: Place, command: SetMetadata) -> None:
    where = mailbox_named(opened.actor, place.store, place.name) if command.mailbox else None
    set_metadata(opened.actor, place.store, mailbox=where, values=command.values)
