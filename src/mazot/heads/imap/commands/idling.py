# SPDX-License-Identifier: AGPL-3.0-or-later
"""IDLE (RFC 2177): news as they happen, until the client says DONE."""

import asyncio
import contextlib

from mazot.heads.channel import LineTooLong
from mazot.heads.imap.session import IDLE_FOR, LOOK_AGAIN, Ok, Session
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed

LONGEST = 1024


async def idle(session: Session, named: Named) -> Ok | None:
    named.read()
    session.channel.write(b"+ Waiting for news\r\n")
    await session.channel.drain()
    done = asyncio.create_task(session.channel.line(LONGEST))
    until = asyncio.get_running_loop().time() + IDLE_FOR
    try:
        while not done.done():
            if asyncio.get_running_loop().time() > until:
                await session.say_bye("Nothing was said for too long.")
                return None
            if not await session.is_still_welcome():
                return None
            if session.selected is not None:
                await session.tell_news(may_shift=True)
                await session.channel.drain()
            await _next_news(session, done)
        if isinstance(done.exception(), LineTooLong):
            await session.say_bye("This line is too long.")
            return None
        if done.result().strip().upper() != b"DONE":
            raise Malformed("IDLE ends with DONE")
    finally:
        done.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await done
    return Ok("Enough waited.")


async def _next_news(session: Session, done: "asyncio.Task[bytes]") -> None:
    """Come back at a hint, at the client's word, or when it is time to look without a hint."""
    if session.selected is None:
        session.has_news.clear()
    news = asyncio.create_task(session.has_news.wait())
    try:
        await asyncio.wait((news, done), timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()
