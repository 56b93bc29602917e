# SPDX-License-Identifier: AGPL-3.0-or-later
"""CAPABILITY, NOOP, LOGOUT, ID, ENABLE, COMPRESS."""

from mazot import __version__
from mazot.heads.imap.capabilities import CAN_BE_ENABLED
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.responses import condition, fields, untagged


async def capability(session: Session, named: Named) -> Ok:
    named.read()
    session.channel.write(untagged(session.capabilities()))
    return Ok("These are they.")


async def noop(session: Session, named: Named) -> Ok:  # noqa: ARG001 - every command is called alike
    """NOOP and CHECK: the news, now."""
    named.read()
    return Ok("Nothing else was asked.", looks=True)


async def logout(session: Session, named: Named) -> None:
    named.read()
    await session.say_bye("Goodbye.")
    session.channel.write(condition(named.tag, b"OK", "You are out."))


async def identify(session: Session, named: Named) -> Ok:
    """ID (RFC 2971): what the program says of itself stands beside the device's last use."""
    told = dict(named.read().fields)
    session.program = " ".join(filter(None, (told.get("name"), told.get("version"))))[:120]
    session.channel.write(untagged(b"ID", fields({"name": "Mazot", "version": __version__})))
    return Ok("Pleased to meet you.")


async def enable(session: Session, named: Named) -> Ok:
    """ENABLE (RFC 5161): what is not known is passed over."""
    names = named.read().names
    if session.selected is not None and b"UTF8=ACCEPT" in names:
        raise No("UTF8=ACCEPT is enabled before a mailbox is opened.")  # RFC 6855 section 3
    added = [name for name in dict.fromkeys(names) if name in CAN_BE_ENABLED and name not in session.enabled]
    session.enabled.update(added)
    if b"QRESYNC" in added:
        session.enabled.add(b"CONDSTORE")
    session.channel.write(untagged(b" ".join((b"ENABLED", *added))))
    return Ok("What is known is enabled.")


async def compress(session: Session, named: Named) -> None:
    """COMPRESS (RFC 4978)."""
    if named.read().algorithm != b"DEFLATE":
        raise Malformed("DEFLATE is the only way to compress here")  # RFC 4978 section 3
    if session.is_deflated:
        raise No("This connection is deflated already.", b"COMPRESSIONACTIVE")
    session.channel.write(condition(named.tag, b"OK", "What follows is deflated."))
    await session.channel.drain()
    session.is_deflated = True
    session.channel.start_deflate()
