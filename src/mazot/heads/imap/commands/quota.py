# SPDX-License-Identifier: AGPL-3.0-or-later
"""GETQUOTA, GETQUOTAROOT (RFC 9208): one root, the whole store, in units of 1024 bytes."""

from mazot.heads.bridge import across
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.sessions import room_of
from mazot.wire.imap.commands import Named
from mazot.wire.imap.responses import mailbox, untagged

ROOT = b'""'


async def quota(session: Session, named: Named) -> Ok:
    if named.read().root:
        raise No("There is one quota root, and its name is empty.", b"NONEXISTENT")
    await _tell(session)
    return Ok("So it stands.")


async def quota_root(session: Session, named: Named) -> Ok:
    assert session.opened is not None
    found = await across(mailbox_named, session.opened.actor, session.opened.store, named.read().mailbox)
    session.channel.write(untagged(b"QUOTAROOT", mailbox(found.name, utf8=session.utf8), ROOT))
    await _tell(session)
    return Ok("So it stands.")


async def _tell(session: Session) -> None:
    assert session.opened is not None
    used, allowed = await across(room_of, session.opened.actor, session.opened.store)
    room = b"" if allowed is None else b"STORAGE %d %d" % (-(-used // 1024), allowed // 1024)
    session.channel.write(untagged(b"QUOTA", ROOT, b"(" + room + b")"))
