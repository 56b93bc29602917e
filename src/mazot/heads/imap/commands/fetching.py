# SPDX-License-Identifier: AGPL-3.0-or-later
"""FETCH and UID FETCH: what was read at delivery goes out as it lies; parts are cut from messages by their offsets."""

from collections.abc import Sequence

from mazot.heads.bridge import across
from mazot.heads.imap.commands.changing import mark_seen, places_of
from mazot.heads.imap.lines import Buffer, Plan, lines_of
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
    if not plan.columns and not seen:
        await _tell_at_once(session, selected, uids, plan)
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


async def _tell_at_once(session: Session, selected: Selected, uids: Sequence[int], plan: Plan) -> None:
    """Flags, UIDs and mod-sequences alone are in our hands: no question to the database."""
    for start in range(0, len(uids), AT_ONCE):
        lines = [
            plan.line(place + 1, plan.known(selected, place))
            for uid in uids[start : start + AT_ONCE]
            if (place := selected.at(uid)) is not None and uid not in selected.gone
        ]
        session.channel.write(b"".join(lines))
        await session.channel.drain()


async def _tell(session: Session, selected: Selected, uids: Sequence[int], plan: Plan, seen: frozenset[int]) -> None:
    assert session.opened is not None
    done = 0
    while done < len(uids):
        piece = uids[done : done + AT_ONCE]
        found, n_done = await across(lines_of, session.opened.actor, selected.mailbox, piece, plan)
        done += n_done
        for uid, values in found:
            place = selected.at(uid)
            if place is None:
                continue
            selected.told.discard(uid)
            for buffer in plan.buffers(place + 1, selected, place, values, tells_flags=uid in seen):
                await _send(session, buffer)


async def _send(session: Session, buffer: Buffer) -> None:
    for start in range(0, len(buffer), PIECE):
        session.channel.write(buffer[start : start + PIECE] if len(buffer) > PIECE else buffer)
        await session.channel.drain()
