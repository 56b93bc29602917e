# SPDX-License-Identifier: AGPL-3.0-or-later
"""The commands of RFC 5804 section 2."""

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable, Sequence

from mazot.heads.bridge import across
from mazot.heads.sieve.refusals import No
from mazot.heads.sieve.session import Session
from mazot.products.mail.actions.doors import Opened, open_address
from mazot.products.mail.actions.scripts import (
    activate_script,
    check_script,
    put_script,
    remove_script,
    rename_script,
)
from mazot.products.mail.queries.scripts import has_room_for_script, script_named, scripts_of
from mazot.wire.sieve.faults import MOST_SOURCE
from mazot.wire.sieve.managing import LONGEST_LINE, Malformed, read_line, response, string, text_of

Words = Sequence[bytes | int]
Command = Callable[[Session, Words], Awaitable[None]]


async def _authenticate(session: Session, words: Words) -> None:
    """AUTHENTICATE "PLAIN" (RFC 4616), with or without an initial response."""
    if session.opened is not None:
        raise No("You are in already.")
    if not words or len(words) > 2:
        raise Malformed("AUTHENTICATE takes a mechanism, and a first answer or none.")
    if text_of(words[0]).upper() != "PLAIN":
        raise No("PLAIN is the only mechanism here.")
    if not session.may_log_in:
        raise No("A password is taken inside TLS only: give STARTTLS first.", "ENCRYPT-NEEDED")
    if len(words) == 2:
        answer = words[1]
    else:
        async with asyncio.timeout(session.patience()):
            answer = await _asked(session)
    try:
        parts = base64.b64decode(text_of(answer), validate=True).split(b"\0")
    except (binascii.Error, ValueError) as error:
        raise Malformed("The answer is not base64.") from error
    if len(parts) != 3 or parts[0] not in (b"", parts[1]):
        raise No("PLAIN is an address and a password between NULs.")
    login, secret = (part.decode("utf-8", "replace") for part in parts[1:])
    session.opened = await across(
        open_address, login, secret, via="sieve", program="", from_address=session.channel.peer
    )
    session.channel.write(response("OK", "You are in."))


async def _asked(session: Session) -> bytes | int:
    session.channel.write(b'""\r\n')
    await session.channel.drain()
    line = read_line(await session.channel.line(LONGEST_LINE), is_first=False)
    if line.literal is not None and line.literal.size <= LONGEST_LINE:
        answer = await session.channel.exactly(line.literal.size)
        await session.channel.line(LONGEST_LINE)
        return answer
    if len(line.words) != 1 or line.words[0] == b"*":
        raise No("As you like.")
    return line.words[0]


async def _start_tls(session: Session, words: Words) -> None:
    """What the client knew of us before is void (RFC 5804 section 2.2)."""
    _none(words)
    if session.tls is None or session.channel.is_secret:
        raise No("There is no TLS to start.")
    session.channel.write(response("OK", "Begin."))
    await session.channel.drain()
    await session.channel.start_tls(session.tls)
    session.opened = None
    session.say_what_is_known("TLS is on.")


async def _capability(session: Session, words: Words) -> None:
    _none(words)
    session.say_what_is_known("That is all.")


async def _noop(session: Session, words: Words) -> None:
    code = "TAG " + string(text_of(words[0])).decode() if words else ""
    session.channel.write(response("OK", "Done.", code))


async def _logout(session: Session, _words: Words) -> None:
    session.is_over = True
    session.channel.write(response("OK", "Goodbye."))


async def _unauthenticate(session: Session, words: Words) -> None:
    _none(words)
    session.opened = None
    session.channel.write(response("OK", "You are out."))


async def _have_space(session: Session, words: Words) -> None:
    if len(words) != 2 or not isinstance(words[1], int):
        raise Malformed("HAVESPACE takes a name and a number.")
    opened, name = _of(session), text_of(words[0])
    if words[1] > MOST_SOURCE:
        raise No(f"A script has at most {MOST_SOURCE} octets.", "QUOTA/MAXSIZE")
    if not await across(has_room_for_script, opened.actor, opened.address, name):
        raise No("This address has as many scripts as it may have.", "QUOTA/MAXSCRIPTS")
    session.channel.write(response("OK", "There is room."))


async def _put(session: Session, words: Words) -> None:
    name, source = _texts(words, 2, "PUTSCRIPT takes a name and a script.")
    opened = _of(session)
    await across(put_script, opened.actor, opened.address, name=name, source=source)
    session.channel.write(response("OK", "It is kept."))


async def _check(session: Session, words: Words) -> None:
    (source,) = _texts(words, 1, "CHECKSCRIPT takes a script.")
    opened = _of(session)
    await across(check_script, opened.actor, opened.address, source=source)
    session.channel.write(response("OK", "It can run."))


async def _list(session: Session, words: Words) -> None:
    _none(words)
    opened = _of(session)
    for one in await across(scripts_of, opened.actor, opened.address):
        session.channel.write(string(one.name) + (b" ACTIVE" if one.is_active else b"") + b"\r\n")
    session.channel.write(response("OK", "That is all."))


async def _set_active(session: Session, words: Words) -> None:
    (name,) = _texts(words, 1, "SETACTIVE takes a name.")
    opened = _of(session)
    await across(activate_script, opened.actor, opened.address, name=name)
    session.channel.write(response("OK", "It runs." if name else "None runs."))


async def _get(session: Session, words: Words) -> None:
    (name,) = _texts(words, 1, "GETSCRIPT takes a name.")
    opened = _of(session)
    found = await across(script_named, opened.actor, opened.address, name)
    raw = found.source.encode()
    session.channel.write(b"{%d}\r\n%s\r\n" % (len(raw), raw) + response("OK", "That is it."))


async def _delete(session: Session, words: Words) -> None:
    (name,) = _texts(words, 1, "DELETESCRIPT takes a name.")
    opened = _of(session)
    await across(remove_script, opened.actor, opened.address, name=name)
    session.channel.write(response("OK", "It is gone."))


async def _rename(session: Session, words: Words) -> None:
    name, to = _texts(words, 2, "RENAMESCRIPT takes two names.")
    opened = _of(session)
    await across(rename_script, opened.actor, opened.address, name=name, to=to)
    session.channel.write(response("OK", "It has its new name."))


def _of(session: Session) -> Opened:
    assert session.opened is not None
    return session.opened


def _texts(words: Words, count: int, sentence: str) -> list[str]:
    if len(words) != count:
        raise Malformed(sentence)
    return [text_of(word) for word in words]


def _none(words: Words) -> None:
    if words:
        raise Malformed("This command stands alone.")


ANYTIME: dict[str, Command] = {
    "AUTHENTICATE": _authenticate,
    "STARTTLS": _start_tls,
    "CAPABILITY": _capability,
    "NOOP": _noop,
    "LOGOUT": _logout,
}
INSIDE: dict[str, Command] = {
    "UNAUTHENTICATE": _unauthenticate,
    "HAVESPACE": _have_space,
    "PUTSCRIPT": _put,
    "CHECKSCRIPT": _check,
    "LISTSCRIPTS": _list,
    "SETACTIVE": _set_active,
    "GETSCRIPT": _get,
    "DELETESCRIPT": _delete,
    "RENAMESCRIPT": _rename,
}
