# SPDX-License-Identifier: AGPL-3.0-or-later
"""FETCH and UID FETCH: what was read at delivery goes out as it lies; parts are cut from messages by their offsets."""

from collections.abc import Sequence

from mazot.heads.bridge import across
from mazot.heads.imap.commands.changing import mark_seen, places_of
from mazot.heads.imap.lines import Buffer, Plan, columns_of, lines_of
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.queries.placements import changed_since
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.fetching import Attribute, Fetch, Section
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
    await session.tell_news(may_shift=False)
    places = places_of(selected, command.numbers, by_uid=command.by_uid)
    if command.changed_since is not None:
        places = [place for place in places if selected.modseqs[place] > command.changed_since]
        if command.wants_vanished:
            await _tell_vanished(session, selected, command)
    uids = [selected.uids[place] for place in places]
    sees = not selected.reads_only and any(isinstance(item, Section) and not item.peeks for item in command.items)
    seen = await mark_seen(session, uids) if sees else frozenset[int]()
    plan = plan_of(session, command)
    if not plan.has_sections:
        await _tell_columns(session, selected, places, plan)
    else:
        await _tell(session, selected, uids, plan, seen)
    return Ok("That is all.")


def plan_of(session: Session, command: Fetch) -> Plan:
    """What to put in each line: UID where the command goes by it, MODSEQ where changes are asked for."""
    items = list(dict.fromkeys(command.items))
    if command.by_uid and Attribute(b"UID") not in items:
        items.insert(0, Attribute(b"UID"))
    if command.changed_since is not None and Attribute(b"MODSEQ") not in items:
        items.append(Attribute(b"MODSEQ"))
    return Plan(tuple(items), says_modseq=session.wants_modseq)


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
        await session.channel.drain()


async def _tell(session: Session, selected: Selected, uids: Sequence[int], plan: Plan, seen: frozenset[int]) -> None:
    assert session.opened is not None
    done = 0
    while done < len(uids):
        piece = uids[done : done + AT_ONCE]
        found, n_done = await across(lines_of, session.opened.actor, selected.mailbox, piece, plan)
        done += n_done
        together, size = list[Buffer](), 0
        for uid, values in found:
            place = selected.at(uid)
            if place is None:
                continue
            selected.told.discard(uid)
            for buffer in plan.buffers(place + 1, selected, place, values, tells_flags=uid in seen):
                together.append(buffer)
                size += len(buffer)
            if size > PIECE:
                await _send(session, together)
                together, size = [], 0
        await _send(session, together)


async def _send(session: Session, together: Sequence[Buffer]) -> None:
    """Small ones as one, for each write is a call of the system; large ones a piece at a time."""
    small = list[Buffer]()
    for buffer in together:
        if len(buffer) <= PIECE:
            small.append(buffer)
            continue
        session.channel.write(b"".join(small))
        small.clear()
        for start in range(0, len(buffer), PIECE):
            session.channel.write(buffer[start : start + PIECE])
            await session.channel.drain()
    session.channel.write(b"".join(small))
    await session.channel.drain()
