# SPDX-License-Identifier: AGPL-3.0-or-later
"""SEARCH and UID SEARCH, with the answers of RFC 4731 and what $ remembers (RFC 5182)."""

import asyncio

from mazot.heads.bridge import across
from mazot.heads.imap.finding import Finder, is_known, needs_content
from mazot.heads.imap.news import tell_selected
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.session import Ok, Session
from mazot.wire.imap.asking import Search
from mazot.wire.imap.commands import Named
from mazot.wire.imap.responses import string, untagged
from mazot.wire.imap.searching import BadCharset, asks_changes
from mazot.wire.imap.sets import written_set

# Messages of one crossing: each lets others in between, and somebody who hangs up is noticed.
AT_ONCE_KNOWN, AT_ONCE, AT_ONCE_READING = 20_000, 5000, 200


async def search(session: Session, named: Named) -> Ok:
    selected = session.selected
    assert selected is not None
    try:
        command: Search = named.read()
    except BadCharset as error:
        if error.forgets:  # RFC 5182 section 2.1: a search that fails leaves nothing
            selected.saved = []
        raise
    if asks_changes(command.key):
        session.enabled.add(b"CONDSTORE")
    await tell_selected(session, may_shift=False)
    if command.returns and b"SAVE" in command.returns:
        selected.saved, saved = [], selected.saved  # the same
    else:
        saved = selected.saved
    places = await found_by(session, command, saved)
    numbers = [selected.uids[place] if command.by_uid else place + 1 for place in places]
    returns = command.returns if command.returns is not None else {b"ALL"} if session.is_rev2 else None
    highest = max((selected.modseqs[place] for place in places), default=0) if asks_changes(command.key) else 0
    if returns is None:
        tail = b" (MODSEQ %d)" % highest if highest else b""
        session.channel.write(b"* SEARCH" + b"".join(b" %d" % number for number in numbers) + tail + b"\r\n")
        return Ok("That is all.")
    if b"SAVE" in returns:
        selected.saved = _kept(selected, places, returns)
    if returns != {b"SAVE"}:
        session.channel.write(_extended(named.tag, numbers, returns, by_uid=command.by_uid, highest=highest))
    return Ok("That is all.")


async def found_by(session: Session, command: Search, saved: list[int]) -> list[int]:
    """The places a key fits, in order."""
    selected, opened = session.selected, session.opened
    assert selected is not None
    assert opened is not None
    finder = Finder(opened.actor, selected, saved)
    finder.check(command.key)
    candidates = list(range(selected.count))
    if selected.gone:
        candidates = [place for place in candidates if selected.uids[place] not in selected.gone]
    found: list[int] = []
    if is_known(command.key):  # by what is in hand: nothing is asked, and no thread is needed
        for start in range(0, len(candidates), AT_ONCE_KNOWN):
            found += finder.among(command.key, candidates[start : start + AT_ONCE_KNOWN])
            await asyncio.sleep(0)
        return found
    step = AT_ONCE
    if needs_content(command.key):
        candidates = await across(finder.narrowed, command.key, candidates)
        step = AT_ONCE if await across(finder.reads_little, command.key) else AT_ONCE_READING
    for start in range(0, len(candidates), step):
        found += await across(finder.among, command.key, candidates[start : start + step])
        await session.channel.drain()
    return found


def _kept(selected: Selected, places: list[int], returns: frozenset[bytes] | set[bytes]) -> list[int]:
    """RFC 5182 section 2.1: MIN and MAX alone keep only those."""
    uids = [selected.uids[place] for place in places]
    if returns & {b"ALL", b"COUNT"} or not returns & {b"MIN", b"MAX"}:
        return uids
    ends = ([uids[0]] if b"MIN" in returns else []) + ([uids[-1]] if b"MAX" in returns else []) if uids else []
    return sorted(set(ends))


def _extended(
    tag: bytes, numbers: list[int], returns: frozenset[bytes] | set[bytes], *, by_uid: bool, highest: int
) -> bytes:
    words = [b"ESEARCH (TAG %b)" % string(tag)]
    if by_uid:
        words.append(b"UID")
    if numbers:
        words += [b"MIN %d" % numbers[0]] if b"MIN" in returns else []
        words += [b"MAX %d" % numbers[-1]] if b"MAX" in returns else []
        words += [b"ALL " + written_set(numbers)] if b"ALL" in returns else []
    if b"COUNT" in returns:
        words.append(b"COUNT %d" % len(numbers))
    if highest:
        words.append(b"MODSEQ %d" % highest)
    return untagged(*words)
