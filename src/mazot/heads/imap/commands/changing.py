# SPDX-License-Identifier: AGPL-3.0-or-later
"""STORE, COPY, MOVE, EXPUNGE."""

from collections.abc import Sequence

from mazot.foundation.errors import NotFound
from mazot.heads.bridge import across
from mazot.heads.imap.news import follow
from mazot.heads.imap.places import Place, place_of
from mazot.heads.imap.refusals import No
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.actions.copying import Copied, copy_messages, move_messages
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.sessions import SEEN, OpenMailbox, read_flags
from mazot.wire.imap import asking
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.sets import NumberSet, written_set


def places_of(selected: Selected, numbers: NumberSet, *, by_uid: bool) -> list[int]:
    """The places a set means; BAD for a message number that there is not (RFC 9051 section 9)."""
    try:
        return selected.places(numbers, by_uid=by_uid)
    except ValueError as error:
        raise Malformed(f"There is no message {error}: the mailbox has {selected.count}") from error


def must_be_writable(selected: Selected) -> None:
    if selected.reads_only:
        raise No("This mailbox is open for reading only.", b"NOPERM")


async def store(session: Session, named: Named) -> Ok:
    """STORE and UID STORE, also on condition (RFC 7162 section 3.1.3)."""
    command: asking.Store = named.read()
    selected, opened = session.selected, session.opened
    assert selected is not None
    assert opened is not None
    must_be_writable(selected)
    uids = [selected.uids[place] for place in places_of(selected, command.numbers, by_uid=command.by_uid)]
    if command.unchanged_since is not None:
        session.enabled.add(b"CONDSTORE")
    bits, keywords = read_flags(command.flags)
    stored = await across(
        store_flags,
        opened.actor,
        selected.mailbox,
        uids=uids,
        mode=command.how,
        flags=bits,
        keywords=keywords,
        unchanged_since=command.unchanged_since,
    )
    before = {uid: _known(selected, place) for uid in uids if (place := selected.at(uid)) is not None}
    selected.changed(stored.rows, is_told=True)
    refused, keywords = frozenset(stored.refused), frozenset(word.lower() for word in keywords)
    for uid in (row[0] for row in stored.rows):
        place = selected.at(uid)
        if place is None:
            continue
        # What a refused message has become is told too, so that the client need not ask (RFC 7162 section 3.1.3).
        is_silent = command.is_silent and uid not in refused
        if is_silent and _known(selected, place)[1:] == _reckoned(before[uid], command.how, bits, keywords):
            if not session.wants_modseq or selected.modseqs[place] == before[uid][0]:
                continue
        else:
            is_silent = False
        selected.told.discard(uid)
        session.channel.write(
            selected.flags_line(
                place,
                wants_modseq=session.wants_modseq,
                wants_uid=_says_uid(session, command.by_uid),
                wants_flags=not is_silent,
            )
        )
    await session.channel.drain()
    if not stored.refused:
        return Ok("The flags are as they should be.")
    await follow(session)
    told = stored.refused if command.by_uid else [selected.number(uid) for uid in stored.refused]
    return Ok("Some have changed meanwhile.", b"MODIFIED " + written_set(told))


Known = tuple[int, int, frozenset[str]]  # mod-sequence, flags, keywords in small letters


def _known(selected: Selected, place: int) -> Known:
    keywords = frozenset(selected.keywords.get(selected.uids[place], "").lower().split())
    return selected.modseqs[place], selected.flags[place], keywords


def _reckoned(before: Known, how: str, bits: int, keywords: frozenset[str]) -> tuple[int, frozenset[str]]:
    """What a client thinks a message has become: .SILENT keeps that back, and not what others changed meanwhile."""
    _modseq, flags, words = before
    if how == "add":
        return flags | bits, words | keywords
    if how == "remove":
        return flags & ~bits, words - keywords
    return bits, keywords


def _says_uid(session: Session, by_uid: bool) -> bool:
    return by_uid or session.is_rev2 or session.wants_vanished


async def mark_seen(session: Session, uids: Sequence[int]) -> frozenset[int]:
    """A message whose body is fetched has been seen (RFC 9051 section 6.4.5): the UIDs that have \\Seen anew."""
    selected, opened = session.selected, session.opened
    assert selected is not None
    assert opened is not None
    unseen = [uid for uid in uids if (place := selected.at(uid)) is not None and not selected.flags[place] & SEEN]
    if not unseen:
        return frozenset()
    stored = await across(store_flags, opened.actor, selected.mailbox, uids=unseen, mode="add", flags=SEEN)
    selected.changed(stored.rows, is_told=True)
    return frozenset(unseen)


async def copy(session: Session, named: Named) -> Ok:
    """COPY, MOVE and both by UID (RFC 9051 sections 6.4.7 and 6.4.8)."""
    command: asking.Copy = named.read()
    selected, opened = session.selected, session.opened
    assert selected is not None
    assert opened is not None
    if command.moves:
        must_be_writable(selected)
    uids = [selected.uids[place] for place in places_of(selected, command.numbers, by_uid=command.by_uid)]
    place = await place_of(session, command.to)
    copied = await across(_copy, opened, selected.mailbox, uids, place, moves=command.moves)
    if not copied.pairs:
        return Ok("There was nothing to take.", looks=True)
    code = b"COPYUID %d %b %b" % (
        copied.uidvalidity,
        written_set(old for old, _new in copied.pairs),
        written_set(new for _old, new in copied.pairs),
    )
    if not command.moves:
        return Ok("They are there too.", code)
    # RFC 6851 section 4.3: the new UIDs are told before the old ones leave.
    session.channel.write(b"* OK [" + code + b"] They are there now.\r\n")
    selected.gone.update(old for old, _new in copied.pairs)
    return Ok("They have moved.", b"HIGHESTMODSEQ %d" % copied.modseq if session.wants_vanished else b"", looks=True)


def _copy(opened: Opened, mailbox: OpenMailbox, uids: Sequence[int], place: Place, *, moves: bool) -> Copied:
    try:
        to = mailbox_named(opened.actor, place.store, place.name)
    except NotFound as error:
        raise No("There is no mailbox of that name to take them.", b"TRYCREATE") from error
    return (move_messages if moves else copy_messages)(opened.actor, mailbox, uids=uids, to=to)


async def expunge(session: Session, named: Named) -> Ok:
    """EXPUNGE and UID EXPUNGE (RFC 4315)."""
    command: asking.Expunge = named.read()
    selected, opened = session.selected, session.opened
    assert selected is not None
    assert opened is not None
    must_be_writable(selected)
    uids = None
    if command.numbers is not None:
        uids = [selected.uids[place] for place in places_of(selected, command.numbers, by_uid=True)]
    expunged = await across(expunge_messages, opened.actor, selected.mailbox, uids=uids)
    selected.gone.update(uid for uid in expunged.uids if selected.at(uid) is not None)
    told = b"HIGHESTMODSEQ %d" % expunged.modseq if session.wants_vanished and expunged.uids else b""
    return Ok("What was marked is gone.", told, looks=True)
