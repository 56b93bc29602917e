# SPDX-License-Identifier: AGPL-3.0-or-later
"""STARTTLS, LOGIN, AUTHENTICATE."""

import asyncio

from mazot.heads.bridge import across
from mazot.heads.channel import Gone, LineTooLong
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.actions.doors import open_address
from mazot.wire.imap.commands import Named, read_base64
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.responses import condition

LONGEST = 4096  # letters of an answer to our challenge


async def start_tls(session: Session, named: Named) -> None:
    """STARTTLS: what the client knew of us before is void (RFC 9051 section 6.2.1)."""
    named.read()
    if session.is_secret:
        raise Malformed("This connection is in TLS already")
    if session.tls is None:
        raise No("This server has no certificate.", b"UNAVAILABLE")
    session.channel.write(condition(named.tag, b"OK", "Begin."))
    await session.channel.drain()
    await session.channel.start_tls(session.tls)


async def login(session: Session, named: Named) -> Ok:
    command = named.read()
    _must_be_private(session)
    return await _enter(session, command.user, command.secret)


async def authenticate(session: Session, named: Named) -> Ok:
    """AUTHENTICATE PLAIN (RFC 4616), with or without an initial response (RFC 4959)."""
    command = named.read()
    if command.mechanism != b"PLAIN":
        raise No("PLAIN is the only mechanism here.")
    _must_be_private(session)
    answer = command.initial
    if answer is None:
        session.channel.write(b"+ \r\n")
        await session.channel.drain()
        line = await _said(session)
        if line == b"*":
            raise Malformed("The client gave up")
        answer = read_base64(line)
    parts = answer.split(b"\0")
    if len(parts) != 3:
        raise Malformed("PLAIN takes a name to act as, a login and a password")
    acts_as, user, secret = parts
    if acts_as not in (b"", user):
        raise No("A password opens its own address and no other.", b"AUTHORIZATIONFAILED")
    return await _enter(session, user, secret)


async def _said(session: Session) -> bytes:
    try:
        async with asyncio.timeout(session.patience()):
            return await session.channel.line(LONGEST)
    except (TimeoutError, LineTooLong) as error:
        await session.say_bye("The answer is too long, or came too late.")
        raise Gone from error


def _must_be_private(session: Session) -> None:
    if not session.may_log_in:
        raise No("A password is taken inside TLS only: give STARTTLS first.", b"PRIVACYREQUIRED")


async def _enter(session: Session, user: bytes, secret: bytes) -> Ok:
    opened = await across(
        open_address,
        user.decode("utf-8", "replace"),
        secret.decode("utf-8", "replace"),
        via="imap",
        program=session.program,
        from_address=session.channel.peer,
    )
    if not session.crowd.has_room_in(opened.store.id):
        raise No("This address is open too often. Close another program.", b"LIMIT")
    session.enter(opened)
    return Ok("You are in.", session.capabilities())
