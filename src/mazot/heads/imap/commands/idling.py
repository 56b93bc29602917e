# SPDX-License-Identifier: AGPL-3.0-or-later
"""IDLE (RFC 2177): news as they happen, until the client says DONE."""

import asyncio
import contextlib

from mazot.heads.channel import LineTooLong
from mazot.heads.imap.news import tell_until
from mazot.heads.imap.session import IDLE_FOR, Ok, Session
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed

LONGEST = 1024


async def idle(session: Session, named: Named) -> Ok | None:
    named.read()
    session.channel.write(b"+ Waiting for news\r\n")
    await session.channel.drain()
    done = asyncio.create_task(session.channel.line(LONGEST))
    try:
        async with asyncio.timeout(IDLE_FOR):
            await tell_until(session, done, may_shift=True)
        if done.result().strip().upper() != b"DONE":
            raise Malformed("IDLE ends with DONE")
    except TimeoutError:
        await session.say_bye("Nothing was said for too long.")
        return None
    except LineTooLong:
        await session.say_bye("This line is too long.")
        return None
    finally:
        done.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await done
    return Ok("Enough waited.")
