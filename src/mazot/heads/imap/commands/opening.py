# SPDX-License-Identifier: AGPL-3.0-or-later
"""SELECT, EXAMINE, CLOSE, UNSELECT."""

import time
from bisect import bisect_left

from mazot.heads.bridge import across
from mazot.heads.imap.places import Place, place_of
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.session import Ok, Session
from mazot.heads.imap.views import Views
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.placements import Changes, View, changed_since
from mazot.products.mail.queries.sessions import KNOWN, SEEN, OpenMailbox, may_change
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.folders import Resync, Select
from mazot.wire.imap.responses import condition, flag_list, mailbox, untagged
from mazot.wire.imap.sets import NumberSet, is_within, written_set


async def select(session: Session, named: Named) -> Ok:
    """SELECT and EXAMINE (RFC 9051 section 6.3.2), with CONDSTORE and QRESYNC (RFC 7162)."""
    command: Select = named.read()
    if command.resync is not None and b"QRESYNC" not in session.enabled:
        raise Malformed("QRESYNC is enabled before it is used: ENABLE QRESYNC")
    if session.selected is not None:
        session.selected = None
        session.channel.write(condition(b"*", b"OK", "The other mailbox is closed.", b"CLOSED"))
    assert session.opened is not None
    place = await place_of(session, command.mailbox)
    session.hear_of(place.shared)
    session.has_news.clear()  # before it is read: what happens meanwhile is heard
    found, view, may_write = await across(_open, session.opened, place, session.crowd.views)
    selected = Selected(found, view, reads_only=command.reads_only or not may_write)
    selected.name, selected.shared = place.whole(found.name), place.shared
    if command.wants_changes or command.resync is not None:
        session.enabled.add(b"CONDSTORE")
    session.looked_at = time.monotonic()
    for line in _described(session, selected):
        session.channel.write(line)
    session.selected = selected
    if command.resync is not None and command.resync.uidvalidity == selected.uidvalidity:
        changes = await across(changed_since, session.opened.actor, found, command.resync.modseq)
        for line in _resynced(selected, command.resync, changes):
            session.channel.write(line)
    return Ok("It is open.", b"READ-ONLY" if selected.reads_only else b"READ-WRITE")


def _open(opened: Opened, place: Place, views: Views) -> tuple[OpenMailbox, View, bool]:
    found = mailbox_named(opened.actor, place.store, place.name)
    return found, views.view_of(opened.actor, found), may_change(opened.actor, place.store)


def _described(session: Session, selected: Selected) -> list[bytes]:
    keywords = {word for words in selected.keywords.values() for word in words.split()}
    flags = [*KNOWN, *sorted(keywords)]
    permanent = [] if selected.reads_only else [*flags, "\\*"]
    lines = [
        untagged(b"FLAGS", flag_list(flags)),
        untagged(b"%d EXISTS" % selected.count),
        condition(b"*", b"OK", "Flags that stay.", b"PERMANENTFLAGS " + flag_list(permanent)),
        condition(b"*", b"OK", "UIDs are valid.", b"UIDVALIDITY %d" % selected.uidvalidity),
        condition(b"*", b"OK", "The next UID.", b"UIDNEXT %d" % selected.uidnext),
        condition(b"*", b"OK", "The newest change.", b"HIGHESTMODSEQ %d" % selected.modseq),
        condition(b"*", b"OK", "Its name that stays.", b"MAILBOXID (F%d)" % selected.mailbox.id),
    ]
    if session.is_rev2:
        lines.append(untagged(b'LIST () "/"', mailbox(selected.name, utf8=session.utf8)))
        return lines
    lines.insert(2, untagged(b"0 RECENT"))
    unseen = next((place + 1 for place, flags in enumerate(selected.flags) if not flags & SEEN), 0)
    if unseen:
        lines.append(condition(b"*", b"OK", "The first that was not seen.", b"UNSEEN %d" % unseen))
    return lines


def _resynced(selected: Selected, resync: Resync, changes: Changes) -> list[bytes]:
    """What changed since the client was here (RFC 7162 section 3.2.5)."""
    known = resync.uids or NumberSet(((1, max(selected.uidnext - 1, 1)),))
    ranges = known.merged(max(selected.uidnext - 1, 1))
    gone = changes.vanished
    if gone is None:  # so long ago that nobody remembers: whatever the client may know and is not there
        after = _last_common(selected, resync)
        here = set(selected.uids)
        gone = [
            uid
            for low, high in ranges
            for uid in range(max(low, after + 1), min(high, selected.uidnext - 1) + 1)
            if uid not in here
        ]
    gone = [uid for uid in gone if is_within(ranges, uid)]
    lines = [untagged(b"VANISHED (EARLIER)", written_set(gone))] if gone else []
    for uid, _flags, _keywords, _modseq in changes.rows:
        place = selected.at(uid)
        if place is not None and is_within(ranges, uid):
            lines.append(selected.flags_line(place, wants_modseq=True, wants_uid=True))
    return lines


def _last_common(selected: Selected, resync: Resync) -> int:
    """The highest UID up to which nothing is missing, by the message numbers the client remembers."""
    if resync.match is None:
        return 0
    numbers = [n for low, high in resync.match[0].ranges for n in range(low, min(high, selected.count) + 1)]
    uids = [uid for low, high in resync.match[1].ranges for uid in range(low, min(high, selected.uidnext) + 1)]
    common = 0
    for number, uid in zip(numbers, uids, strict=False):
        if bisect_left(selected.uids, uid) != number - 1 or selected.at(uid) is None:
            break
        common = uid
    return common


async def close(session: Session, named: Named) -> Ok:
    """CLOSE, which expunges in silence, and UNSELECT (RFC 3691), which does not."""
    named.read()
    selected, session.selected = session.selected, None
    assert selected is not None
    assert session.opened is not None
    if named.verb == b"CLOSE" and not selected.reads_only:
        await across(expunge_messages, session.opened.actor, selected.mailbox)
    return Ok("It is closed.")
