# SPDX-License-Identifier: AGPL-3.0-or-later
"""FETCH and UID FETCH: what was read at delivery goes out as it lies; parts are cut from messages by their offsets."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache

from mazot.heads.bridge import across
from mazot.heads.imap.ahead import BYTES
from mazot.heads.imap.commands.changing import mark_seen, places_of
from mazot.heads.imap.lines import Buffer, Found, Plan, columns_of, lines_around, lines_of
from mazot.heads.imap.news import tell_selected
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.queries.placements import changed_since
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.fetching import Attribute, Fetch, Item, Section
from mazot.wire.imap.responses import untagged
from mazot.wire.imap.sets import is_within, written_set

AT_ONCE = 500  # messages of one crossing
PIECE = 256 * 1024  # bytes between two looks at whether the client still reads


async def fetch(session: Session, named: Named) -> Ok:
    command: Fetch = named.read()
    selected = session.selected
    assert selected is not None
    if command.wants_vanished and not session.wants_vanished:
        raise Malformed("VANISHED is for those who have enabled QRESYNC")
    if command.changed_since is not None or Attribute(b"MODSEQ") in command.items:
        session.enabled.add(b"CONDSTORE")
    await tell_selected(session, may_shift=False)
    places = places_of(selected, command.numbers, by_uid=command.by_uid)
    if command.changed_since is not None:
        places = [place for place in places if selected.modseqs[place] > command.changed_since]
        if command.wants_vanished:
            await _tell_vanished(session, selected, command)
    uids = [selected.uids[place] for place in places]
    sees = not selected.reads_only and any(isinstance(item, Section) and not item.peeks for item in command.items)
    seen = await mark_seen(session, uids) if sees else frozenset[int]()
    plan = plan_of(
        command.items,
        says_uid=command.by_uid,
        tells_modseq=command.changed_since is not None,
        says_modseq=session.wants_modseq,
    )
    if not plan.has_sections:
        await _tell_columns(session, selected, places, plan)
    elif len(uids) == 1:
        await _tell_one(session, selected, places[0], plan, seen)
    else:
        await _tell(session, selected, uids, plan, seen)
    return Ok("That is all.")


async def tell_new(session: Session, selected: Selected, uids: Sequence[int], items: tuple[Item, ...]) -> None:
    """What NOTIFY wants of letters that came; telling it marks none of them as seen."""
    places = [place for uid in uids if (place := selected.at(uid)) is not None]
    plan = plan_of(items, says_uid=True, tells_modseq=session.wants_modseq, says_modseq=session.wants_modseq)
    if plan.has_sections:
        await _tell(session, selected, uids, plan, frozenset())
    else:
        await _tell_columns(session, selected, places, plan)


@lru_cache(256)
def plan_of(items: tuple[Item, ...], *, says_uid: bool, tells_modseq: bool, says_modseq: bool) -> Plan:
    """What to put in each line: UID where the command goes by it, MODSEQ where changes are asked for.

    The same words make the same plan, so that what was read ahead for it is known by it.
    """
    wanted = list(dict.fromkeys(items))
    if says_uid and Attribute(b"UID") not in wanted:
        wanted.insert(0, Attribute(b"UID"))
    if tells_modseq and Attribute(b"MODSEQ") not in wanted:
        wanted.append(Attribute(b"MODSEQ"))
    return Plan(tuple(wanted), says_modseq=says_modseq)


async def _tell_vanished(session: Session, selected: Selected, command: Fetch) -> None:
    """RFC 7162 section 3.2.6: what left since, among the UIDs that are asked about."""
    assert session.opened is not None
    assert command.changed_since is not None
    changes = await across(changed_since, session.opened.actor, selected.mailbox, command.changed_since)
    ranges = command.numbers.merged(max(selected.uidnext - 1, 1))
    if changes.vanished is None:
        here = set(selected.uids)
        gone = [
            uid for low, high in ranges for uid in range(low, min(high, selected.uidnext - 1) + 1) if uid not in here
        ]
    else:
        gone = [uid for uid in changes.vanished if is_within(ranges, uid) and uid not in selected.gone]
    if gone:
        session.channel.write(untagged(b"VANISHED (EARLIER)", written_set(gone)))


async def _tell_columns(session: Session, selected: Selected, places: Sequence[int], plan: Plan) -> None:
    """What needs no content; flags, UIDs and mod-sequences alone are in our hands and need no database either."""
    assert session.opened is not None
    if selected.gone and not plan.columns:
        places = [place for place in places if selected.uids[place] not in selected.gone]
    for start in range(0, len(places), AT_ONCE):
        piece, brought = places[start : start + AT_ONCE], list[list[bytes]]()
        if plan.columns:
            uids = [selected.uids[place] for place in piece]
            found, brought = await across(columns_of, session.opened.actor, selected.mailbox, uids, plan)
            if found != uids:
                piece = [place for uid in found if (place := selected.at(uid)) is not None]
        session.channel.write(b"".join(plan.lines(selected, piece, brought)))
        await session.channel.pace()


async def _tell_one(session: Session, selected: Selected, place: int, plan: Plan, seen: frozenset[int]) -> None:
    """A single message, and in the same crossing those that will be asked for next."""
    assert session.opened is not None
    uid, ahead = selected.uids[place], session.ahead
    found = ahead.take(selected, plan, place)
    if found is None:
        wanted = ahead.reach(selected, plan, place)
        lines = await across(lines_around, session.opened.actor, selected.mailbox, wanted, plan, BYTES)
        if not lines or lines[0][0] != uid:
            return  # it left meanwhile
        found = lines[0][1]
        ahead.keep(lines[1:])
    selected.told.discard(uid)
    await _send(session, plan.buffers(place + 1, selected, place, found, tells_flags=uid in seen))


async def _tell(session: Session, selected: Selected, uids: Sequence[int], plan: Plan, seen: frozenset[int]) -> None:
    """Many messages: while some go out, the next ones are read."""
    assert session.opened is not None
    opened, done = session.opened, 0

    def crossing() -> "asyncio.Future[tuple[list[tuple[int, Found]], int]]":
        return across(lines_of, opened.actor, selected.mailbox, uids[done : done + AT_ONCE], plan)

    reading = crossing()
    try:
        while done < len(uids):
            lines, n_done = await reading
            done += n_done
            if done < len(uids):
                reading = crossing()
            buffers = list[Buffer]()
            for uid, found in lines:
                place = selected.at(uid)
                if place is not None:
                    selected.told.discard(uid)
                    buffers += plan.buffers(place + 1, selected, place, found, tells_flags=uid in seen)
            await _send(session, buffers)
    finally:
        reading.cancel()
        reading.add_done_callback(lambda read: read.cancelled() or read.exception())  # nobody waits for it any more


async def _send(session: Session, buffers: Sequence[Buffer]) -> None:
    """Small ones as one, for each write is a call of the system; large ones a piece at a time."""
    together, size = list[Buffer](), 0
    for buffer in buffers:
        if size and size + len(buffer) > PIECE:
            session.channel.write(b"".join(together))
            await session.channel.pace()
            together, size = [], 0
        if len(buffer) <= PIECE:
            together.append(buffer)
            size += len(buffer)
            continue
        for start in range(0, len(buffer), PIECE):
            session.channel.write(buffer[start : start + PIECE])
            await session.channel.pace()
    if together:
        session.channel.write(b"".join(together))
        await session.channel.pace()
