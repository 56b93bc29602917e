# SPDX-License-Identifier: AGPL-3.0-or-later
"""APPEND, of one message or several (RFC 9051 section 6.3.12, RFC 3502)."""

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.heads.bridge import across
from mazot.heads.imap.places import Place, place_of
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.actions.appending import Addition, append_messages
from mazot.products.mail.actions.delivering import Arrival
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.sessions import OpenMailbox, read_flags
from mazot.wire.imap.commands import Append, Appended, Named
from mazot.wire.imap.sets import written_set
from mazot.wire.mime import crlf, read_message


async def append(session: Session, named: Named) -> Ok:
    command: Append = named.read()
    assert session.opened is not None
    place = await place_of(session, command.mailbox)
    if any(not message.content for message in command.messages):
        await across(_target, session.opened, place)
        raise No("A message has at least one byte.")  # RFC 3502 section 4: an empty literal takes it all back
    if len(command.messages) == 1:
        mailbox, uidvalidity, uids = await across(_append_one, session.opened, place, command.messages[0])
    else:
        # One after the other: each is read and synced to disk before the transaction that shows them all.
        mailbox = await across(_target, session.opened, place)
        additions = [await across(_kept, message) for message in command.messages]
        uidvalidity, uids = await across(append_messages, session.opened.actor, mailbox, additions=additions)
    is_here = session.selected is not None and session.selected.mailbox.id == mailbox.id
    return Ok("It is kept.", b"APPENDUID %d %b" % (uidvalidity, written_set(uids)), looks=is_here)


def _append_one(opened: Opened, place: Place, message: Appended) -> tuple[OpenMailbox, int, list[int]]:
    """Most come alone: one crossing instead of three."""
    mailbox = _target(opened, place)
    return mailbox, *append_messages(opened.actor, mailbox, additions=[_kept(message)])


def _target(opened: Opened, place: Place) -> OpenMailbox:
    try:
        return mailbox_named(opened.actor, place.store, place.name)
    except NotFound as error:
        raise No("There is no mailbox of that name to take it.", b"TRYCREATE") from error


def _kept(message: Appended) -> Addition:
    """A message on disk, and what is read from it."""
    content = crlf(message.content)
    bits, keywords = read_flags(message.flags)
    arrival = Arrival(blobs().put(content), read_message(content), message.at or clock.now())
    return Addition(arrival, bits, keywords)
