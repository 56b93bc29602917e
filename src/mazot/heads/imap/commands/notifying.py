# SPDX-License-Identifier: AGPL-3.0-or-later
"""NOTIFY (RFC 5465): a client says which mailboxes it wants to hear of, and hears without asking."""

import time

from mazot.heads.bridge import across
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.heads.imap.watching import MOST, Watch, read_snapshot
from mazot.products.mail.queries.shared import SharedStore, shared_stores
from mazot.wire.imap.commands import Named
from mazot.wire.imap.notifying import EVENTS, Notify
from mazot.wire.imap.responses import condition


async def notify(session: Session, named: Named) -> Ok:
    command: Notify = named.read()
    if command.unknown:
        can_be_told = b" ".join(EVENTS.values())
        raise No("This server cannot tell of some of these events.", b"BADEVENT (%b)" % can_be_told)
    assert session.opened is not None
    watch = Watch(command)
    opened, shared = session.opened, list[SharedStore]()
    if watch.reaches_shared:
        shared = await across(shared_stores, opened.actor, opened.address)
    session.watch_over(watch, shared)  # before it is read: what happens meanwhile is heard
    watch.looked_at = time.monotonic()
    known = await across(read_snapshot, opened, watch)
    if len(known.entries) > MOST:
        session.watch_over(Watch(Notify()), ())
        session.channel.write(condition(b"*", b"OK", f"At most {MOST} mailboxes are watched.", b"NOTIFICATIONOVERFLOW"))
        return Ok("Nothing is told: there are too many mailboxes.")
    watch.known = known
    if command.wants_status:
        open_id = session.selected.mailbox.id if session.selected else None
        for line in watch.status_of(known, open_id=open_id, wants_modseq=session.wants_modseq, utf8=session.utf8):
            session.channel.write(line)
    return Ok("So it will be told.")
