# SPDX-License-Identifier: AGPL-3.0-or-later
"""AUTH PLAIN and LOGIN (RFC 4954, RFC 4616): an address and a password of one of its devices."""

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING

from mazot.foundation.errors import InMaintenance, SignInRefused, TooMany
from mazot.heads.bridge import across
from mazot.heads.channel import LineTooLong
from mazot.products.mail.actions.doors import open_address
from mazot.wire.smtp.commands import Auth

if TYPE_CHECKING:
    from mazot.heads.smtp.session import Session

LONGEST_ANSWER = 12_288  # bytes, RFC 4954 section 4
WAITS = 120.0  # seconds


class NotProved(Exception):
    """What the client said is no proof; code, enhanced code and sentence."""


async def prove(session: "Session", command: Auth) -> None:
    """Let a person's program in."""
    if not session.kind.is_submission or session.hello is None or session.opened is not None or session.envelope:
        await session.fault(503, "5.5.1", "There is nothing to log in to now.")
        return
    if not session.may_log_in:
        await session.fault(538, "5.7.11", "A password is sent inside TLS only: say STARTTLS first.")
        return
    try:
        login, secret = await _said(session, command)
        session.opened = await across(
            open_address,
            login,
            secret,
            via="smtp",
            program=session.hello.name,
            from_address=session.channel.peer,
        )
    except NotProved as error:
        await session.fault(*error.args)
    except SignInRefused:
        await session.fault(535, "5.7.8", "The address or the device password is not right.")
    except InMaintenance as error:
        await session.fault(454, "4.7.0", f"{error.sentence} {error.way_out}")
    except TooMany:
        await session.fault(454, "4.7.0", "There were too many wrong passwords. Wait a few minutes.")
    else:
        session.say(235, "2.7.0", "You are in.")


async def _said(session: "Session", command: Auth) -> tuple[str, str]:
    if command.mechanism == "PLAIN":
        told = _decoded(command.initial) if command.initial is not None else await _asked(session, "")
        parts = told.split("\0")
        if len(parts) != 3 or parts[0] not in ("", parts[1]):
            raise NotProved(501, "5.5.2", "PLAIN is an address and a password between NULs.")
        return parts[1], parts[2]
    if command.mechanism == "LOGIN":
        login = _decoded(command.initial) if command.initial is not None else await _asked(session, "Username:")
        return login, await _asked(session, "Password:")
    raise NotProved(504, "5.5.4", "PLAIN and LOGIN are known here.")


async def _asked(session: "Session", question: str) -> str:
    session.channel.write(b"334 " + base64.b64encode(question.encode()) + b"\r\n")
    await session.channel.drain()
    try:
        async with asyncio.timeout(WAITS):
            line = await session.channel.line(LONGEST_ANSWER)
    except (LineTooLong, TimeoutError):
        raise NotProved(500, "5.5.6", "The answer is too long, or came too late.") from None
    if line == b"*":
        raise NotProved(501, "5.7.0", "As you like.")
    return _decoded(line.decode("ascii", "replace"))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("" if text == "=" else text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise NotProved(501, "5.5.2", "The answer is not base64.") from None
