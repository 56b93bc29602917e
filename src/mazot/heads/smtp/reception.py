# SPDX-License-Identifier: AGPL-3.0-or-later
"""DATA and BDAT: a letter's bytes to the spool, then to whom it is for, then the answer."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings

from mazot.heads.bridge import across
from mazot.heads.channel import PIECE
from mazot.heads.smtp.envelope import Envelope
from mazot.heads.smtp.kinds import MOST_BYTES
from mazot.heads.smtp.spool import Spool
from mazot.heads.smtp.taking import NO_ROOM, Answer, inspect, submit, take
from mazot.products.mail.queries.inspection import Inspected
from mazot.wire.smtp.commands import Bdat
from mazot.wire.smtp.content import Mended, Unstuffed
from mazot.wire.smtp.replies import reply

if TYPE_CHECKING:
    from mazot.heads.smtp.session import Session

WAITS_FOR_A_PIECE = 180.0  # seconds, RFC 5321 section 4.5.3.2.5
WAITS_FOR_A_LETTER = 1800.0
ASKING = ThreadPoolExecutor(16, thread_name_prefix="vouching")  # threads wait for names, they cost nothing meanwhile


async def receive_data(session: "Session") -> None:
    """The letter up to its dot."""
    if session.spool is not None:
        await session.fault(503, "5.5.1", "The letter comes by BDAT already.")  # RFC 3030 section 2
        return
    if not await _has_recipients(session):
        return
    session.say(354, "", "Send the letter; a dot on a line of its own ends it.")
    spool = session.spool = Spool()
    unstuffed = Unstuffed()
    async with asyncio.timeout(WAITS_FOR_A_LETTER):
        await session.channel.drain()
        while not unstuffed.is_over:
            spool.write(unstuffed.feed(await _piece(session)))
    session.channel.give_back(unstuffed.rest)
    await _answer(session)


async def receive_piece(session: "Session", command: Bdat) -> None:
    """One piece of a letter (RFC 3030). It is read whatever the answer: the client does not wait for it."""
    if command.size > 2 * MOST_BYTES:
        session.say(552, "5.3.4", f"A letter has at most {MOST_BYTES} bytes here.")
        session.is_over = True
        return
    may = session.envelope is not None and bool(session.envelope.recipients)
    if may and session.spool is None:
        session.spool = Spool()
        session.mended = Mended()
    left = command.size
    async with asyncio.timeout(WAITS_FOR_A_LETTER):
        while left:
            piece = await _piece(session, left)
            left -= len(piece)
            if may and session.spool is not None:
                session.spool.write(session.mended.feed(piece))
    if not may:
        await _has_recipients(session)
    elif not command.is_last:
        session.say(250, "2.0.0", f"{command.size} bytes taken.")
    elif session.spool is not None:
        session.spool.write(session.mended.end())
        await _answer(session)


async def _piece(session: "Session", most: int = PIECE) -> bytes:
    async with asyncio.timeout(WAITS_FOR_A_PIECE):
        piece = await session.channel.some()
    if len(piece) > most:
        session.channel.give_back(piece[most:])
        piece = piece[:most]
    return piece


async def _has_recipients(session: "Session") -> bool:
    if session.envelope is None:
        await session.fault(503, "5.5.1", "Say MAIL FROM first.")
    elif not session.envelope.recipients:
        await session.fault(554, "5.5.1", "The letter has no recipient.")
    else:
        return True
    return False


async def _answer(session: "Session") -> None:
    envelope, spool = session.envelope, session.spool
    assert envelope is not None
    assert spool is not None
    if spool.is_too_big:
        answers = [Answer(552, "5.3.4", f"A letter has at most {MOST_BYTES} bytes here.")] * len(envelope.recipients)
    elif not spool.is_whole():
        answers = [NO_ROOM] * len(envelope.recipients)
    else:
        seen = await _inspected(session, spool, envelope)
        if session.opened is not None:
            answers = await _whole(across(submit, spool.file, envelope, session.peer, session.opened, seen))
        else:
            answers = await _whole(across(take, spool.file, envelope, session.peer, session.kind, seen))
    session.forget()
    session.n_words = 0
    for answer in answers if session.kind.is_lmtp else answers[:1]:
        session.channel.write(reply(answer.code, answer.enhanced, answer.text))


async def _inspected(session: "Session", spool: Spool, envelope: Envelope) -> Inspected:
    """What is to be seen of a letter; a server in front, and this machine itself, have asked who vouches for it.

    Where other servers may be inside this network, so may be one on this machine. In a thread of its own: names that
    answer slowly may not hold the few up that write to the database.
    """
    is_ours = session.opened is not None or session.kind.is_lmtp
    is_ours = is_ours or (session.is_local and not settings.MAZOT.private_relays)
    if is_ours and not settings.MAZOT.clamd:
        return Inspected()
    asking = partial(inspect, spool.file, envelope, session.peer, wants_vouching=not is_ours)
    return await asyncio.get_running_loop().run_in_executor(ASKING, asking)


async def _whole(taking: "asyncio.Future[list[Answer]]") -> list[Answer]:
    """Wait for what is being written, also when the server stops meanwhile: it is answered, then the session ends."""
    try:
        return await asyncio.shield(taking)
    except asyncio.CancelledError:
        current = asyncio.current_task()
        if current is not None:
            current.uncancel()
        return await taking
