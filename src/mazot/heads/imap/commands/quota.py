# SPDX-License-Identifier: AGPL-3.0-or-later
"""GETQUOTA, GETQUOTAROOT (RFC 9208): one root for each store, in units of 1024 bytes; its own has an empty name."""

from mazot.heads.bridge import across
from mazot.heads.imap.places import Place, place_of
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.sessions import room_of
from mazot.wire.imap.commands import Named
from mazot.wire.imap.responses import mailbox, string, untagged


async def quota(session: Session, named: Named) -> Ok:
    root = named.read().root
    place = await place_of(session, root)
    if place.root != root:
        raise No("There is no quota root of that name.", b"NONEXISTENT")
    await _tell(session, place)
    return Ok("So it stands.")


async def quota_root(session: Session, named: Named) -> Ok:
    assert session.opened is not None
    place = await place_of(session, named.read().mailbox)
    found = await across(mailbox_named, session.opened.actor, place.store, place.name)
    name = mailbox(place.whole(found.name), utf8=session.utf8)
    session.channel.write(untagged(b"QUOTAROOT", name, string(place.root.encode())))
    await _tell(session, place)
    return Ok("So it stands.")


async def _tell(session: Session, place: Place) -> None:
    assert session.opened is not None
    used, allowed = await across(room_of, session.opened.actor, place.store)
    room = b"" if allowed is None else b"STORAGE %d %d" % (-(-used // 1024), allowed // 1024)
    session.channel.write(untagged(b"QUOTA", string(place.root.encode()), b"(" + room + b")"))
