# SPDX-License-Identifier: AGPL-3.0-or-later
"""One connection's conversation: commands in the order they come, each answered before the next is read."""

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Awaitable, Callable

from django.conf import settings

from mazot.heads.bridge import across
from mazot.heads.channel import Channel, Gone, LineTooLong
from mazot.heads.smtp.envelope import Envelope
from mazot.heads.smtp.kinds import MOST_BYTES, MOST_RECIPIENTS, Kind
from mazot.heads.smtp.proof import prove
from mazot.heads.smtp.reception import receive_data, receive_piece
from mazot.heads.smtp.spool import Spool
from mazot.heads.smtp.taking import Peer
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.greylisting import is_let_in
from mazot.products.mail.queries.routing import Later, Local, Onward, Unknown, route
from mazot.products.mail.queries.senders import may_write_as
from mazot.wire.smtp.commands import (
    LONGEST_LINE,
    Auth,
    Bare,
    Bdat,
    Command,
    Hello,
    MailFrom,
    Malformed,
    RcptTo,
    read_command,
)
from mazot.wire.smtp.content import Mended
from mazot.wire.smtp.replies import lines, reply

logger = logging.getLogger(__name__)

WAITS_FOR_A_COMMAND = 300.0  # seconds, RFC 5321 section 4.5.3.2.7
GREETS_AFTER = 0.2  # who talks before they were greeted is no mail server
MOST_FAULTS = 10
MOST_WORDS = 100  # commands of a stranger between two letters, beside recipients and pieces
PAUSE_AFTER_A_FAULT = 0.5  # from the third on: guessing at addresses is slow


class Session:
    """What is known of one client."""

    def __init__(self, channel: Channel, kind: Kind, tls: ssl.SSLContext | None) -> None:
        self.channel, self.kind, self.tls = channel, kind, tls
        self.hello: Hello | None = None
        self.opened: Opened | None = None
        self.envelope: Envelope | None = None
        self.spool: Spool | None = None  # the letter that is coming
        self.mended = Mended()
        self.n_faults = self.n_words = 0
        self.is_over = False

    # Who is there, and how.

    @property
    def is_local(self) -> bool:
        try:
            return ipaddress.ip_address(self.channel.peer).is_loopback
        except ValueError:
            return False

    @property
    def may_log_in(self) -> bool:
        """A password crosses a network only inside TLS."""
        return self.kind.is_submission and (self.channel.is_secret or self.is_local)

    @property
    def peer(self) -> Peer:
        """RFC 3848: E for EHLO, S inside TLS, A for who proved who they are."""
        extended = self.hello is not None and self.hello.verb == "EHLO"
        protocol = f"{'E' if extended else ''}{self.kind.protocol}"
        protocol += ("S" if self.channel.is_secret else "") + ("A" if self.opened else "")
        return Peer(self.hello.name if self.hello else "", self.channel.peer, protocol)

    def is_wordy(self, command: Command) -> bool:
        """Count a command; whether a stranger says so much that this only holds a place which others want."""
        self.n_words += not isinstance(command, RcptTo | Bdat)
        return self.n_words > MOST_WORDS and self.opened is None and not self.kind.is_lmtp

    # The conversation.

    async def run(self) -> None:
        """Greet, answer until one side ends it, take leave."""
        try:
            await self._greet()
            while not self.is_over:
                await self._next()
        except (Gone, ConnectionError):
            pass
        except TimeoutError:
            self.channel.write(reply(421, "4.4.2", "The letter came too slowly."))
        except asyncio.CancelledError:
            self.channel.write(reply(421, "4.3.2", "The server stops. Come back in a moment."))
        except Exception:
            logger.exception("a session ended by a fault")
            self.channel.write(reply(421, "4.3.0", "Something went wrong here. Come back in a moment."))
        finally:
            self.forget()
            self.channel.close()

    async def _greet(self) -> None:
        if not self.is_local:
            await asyncio.sleep(GREETS_AFTER)
        if self.channel.has_waiting:
            self.say(554, "5.5.1", "Wait until you are greeted.")
            self.is_over = True
            return
        self.channel.write(lines(220, [f"{settings.MAZOT.mail_host} {'LMTP' if self.kind.is_lmtp else 'ESMTP'} Mazot"]))

    async def _next(self) -> None:
        try:
            async with asyncio.timeout(WAITS_FOR_A_COMMAND):
                await self.channel.drain()
                line = await self.channel.line(LONGEST_LINE)
        except TimeoutError:
            self.say(421, "4.4.2", "You said nothing for too long.")
            self.is_over = True
            return
        except LineTooLong:
            self.say(500, "5.5.2", f"A line has at most {LONGEST_LINE} bytes.")
            self.is_over = True
            return
        try:
            command = read_command(line)
        except Malformed as error:
            await self.fault(error.code, error.enhanced, error.sentence)
            return
        if self.is_wordy(command):
            self.say(421, "4.7.0", "That was much talk and no letter.")
            self.is_over = True
            return
        await self._obey(command)

    async def _obey(self, command: Command) -> None:
        match command:
            case Hello():
                await self._hello(command)
            case MailFrom():
                await self._mail(command)
            case RcptTo():
                await self._rcpt(command)
            case Bdat():
                await receive_piece(self, command)
            case Auth():
                await prove(self, command)
            case Bare():
                await BARE[command.verb](self, command)

    def say(self, code: int, enhanced: str, text: str) -> None:
        self.channel.write(reply(code, enhanced, text))

    async def fault(self, code: int, enhanced: str, text: str) -> None:
        """Say what was wrong, slower each time, and no more than so often."""
        self.n_faults += 1
        if self.n_faults > MOST_FAULTS:
            self.say(421, "4.7.0", "That were too many mistakes.")
            self.is_over = True
            return
        if self.n_faults > 2 and not self.is_local:
            await asyncio.sleep(PAUSE_AFTER_A_FAULT)
        self.say(code, enhanced, text)

    def forget(self) -> None:
        """End the transaction."""
        self.envelope = None
        if self.spool is not None:
            self.spool.close()
            self.spool = None

    # Commands.

    async def _hello(self, command: Hello) -> None:
        if command.verb not in self.kind.hello:
            await self.fault(500, "5.5.1", f"Say {' or '.join(sorted(self.kind.hello))} here.")
            return
        self.forget()
        self.hello = command
        ours = settings.MAZOT.mail_host
        self.channel.write(lines(250, [ours] if command.verb == "HELO" else [ours, *self._extensions()]))

    def _extensions(self) -> list[str]:
        offers = [
            *("PIPELINING", f"SIZE {MOST_BYTES}", "8BITMIME", "SMTPUTF8", "CHUNKING", "DSN", "ENHANCEDSTATUSCODES"),
            f"LIMITS RCPTMAX={MOST_RECIPIENTS}",  # RFC 9422
        ]
        if self.tls is not None and not self.channel.is_secret:
            offers.append("STARTTLS")
        if self.may_log_in and self.opened is None:
            offers.append("AUTH PLAIN LOGIN")
        return offers

    async def _mail(self, command: MailFrom) -> None:
        if self.hello is None:
            await self.fault(503, "5.5.1", f"Say {min(self.kind.hello)} first.")
        elif self.kind.is_submission and self.opened is None:
            await self.fault(530, "5.7.0", "Log in first, with the address and a device password.")
        elif self.envelope is not None:
            await self.fault(503, "5.5.1", "A letter is on its way already; RSET ends it.")
        elif command.size is not None and command.size > MOST_BYTES:
            await self.fault(552, "5.3.4", f"A letter has at most {MOST_BYTES} bytes here.")
        elif (
            self.opened is not None
            and command.sender
            and not await across(may_write_as, self.opened.address, command.sender)
        ):
            await self.fault(553, "5.7.1", f"{command.sender} is not yours to write as.")
        else:
            self.envelope = Envelope(command)
            self.say(250, "2.1.0", "Go on.")

    async def _rcpt(self, command: RcptTo) -> None:
        envelope = self.envelope
        if envelope is None:
            await self.fault(503, "5.5.1", "Say MAIL FROM first.")
            return
        if len(envelope.recipients) >= MOST_RECIPIENTS:
            # No fault: a sender may name thousands, and sends those that are left again (RFC 5321 section 4.5.3.1.10).
            self.say(452, "4.5.3", f"A letter has at most {MOST_RECIPIENTS} recipients; send another one.")
            return
        if not command.recipient.isascii() and not envelope.mail.needs_utf8:
            await self.fault(553, "5.6.7", "An address outside ASCII needs SMTPUTF8.")
            return
        if self.kind.is_submission:
            if "@" not in command.recipient:
                await self.fault(501, "5.1.3", "A recipient is a whole address.")
                return
            envelope.recipients.append((command, None))
            self.say(250, "2.1.5", "Go on.")
            return
        await self._rcpt_of_ours(command, envelope)

    async def _rcpt_of_ours(self, command: RcptTo, envelope: Envelope) -> None:
        way = await across(route, command.recipient)
        if isinstance(way, Unknown):
            code, text = (
                ("5.1.1", "Nobody is called so here.")
                if way.is_our_domain
                else ("5.7.1", "This server takes no mail for that domain.")
            )
            await self.fault(550, code, text)
        elif isinstance(way, Later):
            self.say(450, "4.2.1", "This address takes no mail at the moment.")
        elif not await self._may_come_in(command, envelope, way):
            self.say(451, "4.7.1", "Nobody knows you here yet. Come again in five minutes.")
        else:
            envelope.recipients.append((command, way))
            self.say(250, "2.1.5", "Go on.")

    async def _may_come_in(self, command: RcptTo, envelope: Envelope, way: Local | Onward) -> bool:
        """What this machine, or a server in front, brings has been let in already."""
        if self.kind.is_lmtp or (self.is_local and not settings.MAZOT.private_relays):
            return True
        told = {"host": self.channel.peer, "sender": envelope.mail.sender, "recipient": command.recipient}
        return await across(is_let_in, way, **told)


async def _data(session: Session, _command: Bare) -> None:
    await receive_data(session)


async def _rset(session: Session, _command: Bare) -> None:
    session.forget()
    session.say(250, "2.0.0", "Forgotten.")


async def _noop(session: Session, _command: Bare) -> None:
    session.say(250, "2.0.0", "Yes.")


async def _quit(session: Session, _command: Bare) -> None:
    session.say(221, "2.0.0", "Goodbye.")
    session.is_over = True


async def _vrfy(session: Session, _command: Bare) -> None:
    session.say(252, "2.5.0", "Who is here is not told; write, and see.")


async def _expn(session: Session, _command: Bare) -> None:
    await session.fault(502, "5.5.1", "Lists are not told.")


async def _help(session: Session, _command: Bare) -> None:
    session.say(214, "2.0.0", "See RFC 5321.")


async def _starttls(session: Session, _command: Bare) -> None:
    """RFC 3207: both sides forget what was said before."""
    if session.tls is None or session.channel.is_secret:
        await session.fault(503, "5.5.1", "There is no TLS to start.")
        return
    session.forget()
    session.say(220, "2.0.0", "Go ahead.")
    await session.channel.start_tls(session.tls)
    session.hello = session.opened = None


BARE: dict[str, Callable[[Session, Bare], Awaitable[None]]] = {
    "DATA": _data,
    "RSET": _rset,
    "NOOP": _noop,
    "QUIT": _quit,
    "VRFY": _vrfy,
    "EXPN": _expn,
    "HELP": _help,
    "STARTTLS": _starttls,
}
