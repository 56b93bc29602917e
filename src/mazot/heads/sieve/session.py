# SPDX-License-Identifier: AGPL-3.0-or-later
"""One program's conversation: commands in the order they come, each answered before the next is read."""

import asyncio
import ipaddress
import logging
import ssl
import time

from mazot.foundation.errors import DomainError
from mazot.heads.bridge import across
from mazot.heads.channel import Channel, Gone, LineTooLong
from mazot.heads.sieve.refusals import No, told
from mazot.products.mail.actions.doors import Opened, is_still_open
from mazot.wire.sieve import EXTENSIONS
from mazot.wire.sieve.faults import MOST_REDIRECTS, MOST_SOURCE
from mazot.wire.sieve.managing import LONGEST_LINE, Malformed, read_line, response, string

logger = logging.getLogger(__name__)

WAITS = 1800.0  # seconds, RFC 5804 section 1.4
WAITS_FOR_A_STRANGER = 180.0  # in all, whatever is said meanwhile
LITERAL_OF_A_STRANGER = 4_096  # octets before somebody proved who they are
MOST_SKIPPED = 4 << 20  # octets of a literal that is too long, and is read to its end all the same
MOST_WORDS = 8
MOST_FAULTS = 10


class Session:
    """What is known of one client."""

    def __init__(self, channel: Channel, tls: ssl.SSLContext | None) -> None:
        self.channel, self.tls = channel, tls
        self.opened: Opened | None = None
        self.n_faults = 0
        self.came_at = time.monotonic()
        self.is_over = False

    @property
    def may_log_in(self) -> bool:
        """A password crosses a network only inside TLS."""
        try:
            is_local = ipaddress.ip_address(self.channel.peer).is_loopback
        except ValueError:
            is_local = False
        return self.channel.is_secret or is_local

    async def run(self) -> None:
        """Greet, answer until one side ends it, take leave."""
        try:
            self.say_what_is_known("Mazot is ready.")
            while not self.is_over:
                await self._next()
        except (Gone, ConnectionError):
            pass
        except TimeoutError:
            self.channel.write(response("BYE", "You said nothing for too long."))
        except asyncio.CancelledError:
            self.channel.write(response("BYE", "The server stops. Come back in a moment.", "TRYLATER"))
        except Exception:
            logger.exception("a session ended by a fault")
            self.channel.write(response("BYE", "Something went wrong here. Come back in a moment.", "TRYLATER"))
        finally:
            self.channel.close()

    def say_what_is_known(self, sentence: str) -> None:
        """The capabilities (RFC 5804 section 1.7), at the greeting, after STARTTLS and when asked."""
        known = [
            ("IMPLEMENTATION", "Mazot"),
            ("SASL", "PLAIN" if self.may_log_in else ""),
            ("SIEVE", " ".join(EXTENSIONS)),
            ("NOTIFY", "mailto"),
            ("MAXREDIRECTS", str(MOST_REDIRECTS)),
            ("UNAUTHENTICATE", None),
            ("VERSION", "1.0"),
        ]
        if self.tls is not None and not self.channel.is_secret:
            known.append(("STARTTLS", None))
        if self.opened is not None:
            known.append(("OWNER", str(self.opened.address)))
        for name, value in known:
            self.channel.write(string(name) + (b"" if value is None else b" " + string(value)) + b"\r\n")
        self.channel.write(response("OK", sentence))

    async def _next(self) -> None:
        try:
            words = await self._words()
            if words:
                await self._obey(words)
        except LineTooLong:
            self.channel.write(response("BYE", f"A line has at most {LONGEST_LINE} octets."))
            self.is_over = True
        except Malformed as error:
            self._fault(str(error))
        except No as error:
            self.channel.write(response("NO", error.sentence, error.code))
        except DomainError as error:
            no = told(error)
            self.channel.write(response("NO", no.sentence, no.code))

    async def _words(self) -> list[bytes | int]:
        """A whole command, with its literals."""
        words: list[bytes | int] = []
        async with asyncio.timeout(self.patience()):
            await self.channel.drain()
            while True:
                line = read_line(await self.channel.line(LONGEST_LINE), is_first=not words)
                words += line.words
                if len(words) > MOST_WORDS:
                    raise Malformed("There are too many words.")
                if line.literal is None:
                    return words
                words.append(await self._literal(line.literal.size))

    def patience(self) -> float:
        """Seconds that the next words may take: a stranger holds a place that others want."""
        return WAITS if self.opened else max(0.0, self.came_at + WAITS_FOR_A_STRANGER - time.monotonic())

    async def _literal(self, size: int) -> bytes:
        most = MOST_SOURCE if self.opened else LITERAL_OF_A_STRANGER
        if size <= most:
            return await self.channel.literal(size)
        if size > MOST_SKIPPED or self.opened is None:
            self.channel.write(response("BYE", f"A string has at most {most} octets."))
            await self.channel.drain()
            raise Gone
        await self.channel.skip(size)
        await self.channel.line(LONGEST_LINE)  # what stands behind it belongs to the same command
        raise No(f"A script has at most {MOST_SOURCE} octets.", "QUOTA/MAXSIZE")

    async def _obey(self, words: list[bytes | int]) -> None:
        from mazot.heads.sieve.commands import ANYTIME, INSIDE

        name, arguments = str(words[0], "ascii") if isinstance(words[0], bytes) else "", words[1:]
        if name in ANYTIME:
            await ANYTIME[name](self, arguments)
        elif name not in INSIDE:
            raise Malformed(f"There is no command {name[:40]}.")
        elif self.opened is None:
            raise No("Log in first, with the address and a device password.")
        elif not await across(is_still_open, self.opened):
            self.channel.write(response("BYE", "This address is no longer open to this device."))
            self.is_over = True
        else:
            await INSIDE[name](self, arguments)

    def _fault(self, sentence: str) -> None:
        self.n_faults += 1
        self.is_over = self.n_faults > MOST_FAULTS
        self.channel.write(response("BYE" if self.is_over else "NO", sentence))
