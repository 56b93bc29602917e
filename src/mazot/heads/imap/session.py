# SPDX-License-Identifier: AGPL-3.0-or-later
"""One connection's conversation: commands in the order they come, each answered whole before the next is read."""

import asyncio
import contextlib
import ipaddress
import logging
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mazot.foundation.bus import Subscription, bus
from mazot.foundation.ids import new_id
from mazot.heads.bridge import across
from mazot.heads.channel import Channel, Gone, LineTooLong
from mazot.heads.imap.ahead import Ahead
from mazot.heads.imap.capabilities import capabilities
from mazot.heads.imap.intake import TooBig, read_command
from mazot.heads.imap.refusals import Refusal, refusal_of
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.watching import Watch
from mazot.products.mail.actions.doors import MAINTENANCE, Opened, closed_by, in_maintenance
from mazot.products.mail.queries.shared import SharedStore, is_shared
from mazot.wire.imap.commands import Named, read_name, read_tag
from mazot.wire.imap.cursor import Malformed, Piece
from mazot.wire.imap.responses import condition

logger = logging.getLogger(__name__)

ENTER_WITHIN = 180.0  # seconds a stranger has, whatever is said meanwhile
IDLE_FOR = 31 * 60.0  # RFC 9051 section 5.4: at least 30 minutes
ASK_AGAIN = 60.0  # whether the password still opens the address
MOST_FAILURES = 5
# RFC 9051 section 7.5.1: no numbers shift while these answer; by UID they may.
NO_SHIFT = frozenset((b"FETCH", b"STORE", b"SEARCH", b"SORT", b"THREAD"))


@dataclass(frozen=True, slots=True)
class Ok:
    """How a command ended well. `state` is nothing when the command has answered itself."""

    sentence: str
    code: bytes = b""
    looks: bool = False  # look at the mailbox now, whatever was hinted


@dataclass
class Session:
    """What is known of one client."""

    channel: Channel
    tls: ssl.SSLContext | None
    crowd: Any  # the door's count of who is inside
    opened: Opened | None = None
    selected: Selected | None = None
    enabled: set[bytes] = field(default_factory=set)
    program: str = ""
    n_failures: int = 0
    is_over: bool = False
    is_deflated: bool = False
    n_held: int = 0  # bytes of large literals in the command at hand
    has_news: asyncio.Event = field(default_factory=asyncio.Event)
    looked_at: float = 0.0
    asked_at: float = 0.0
    came_at: float = field(default_factory=time.monotonic)
    ahead: Ahead = field(default_factory=Ahead)
    watch: Watch | None = None  # what NOTIFY asked for; none: what every server tells
    _subscription: Subscription | None = None
    _beside: list[Subscription] = field(default_factory=list)  # of the shared store that is open
    _watched: list[Subscription] = field(default_factory=list)  # of those that NOTIFY is about

    # Who is there, and how.

    @property
    def is_secret(self) -> bool:
        return self.channel.is_secret

    @property
    def may_log_in(self) -> bool:
        """A password crosses a network only inside TLS."""
        if self.is_secret:
            return True
        try:
            return ipaddress.ip_address(self.channel.peer).is_loopback
        except ValueError:
            return False

    @property
    def utf8(self) -> bool:
        return bool(self.enabled & {b"UTF8=ACCEPT", b"IMAP4REV2"})

    @property
    def is_rev2(self) -> bool:
        return b"IMAP4REV2" in self.enabled

    @property
    def wants_modseq(self) -> bool:
        return bool(self.enabled & {b"CONDSTORE", b"QRESYNC"})

    @property
    def wants_vanished(self) -> bool:
        return b"QRESYNC" in self.enabled

    def capabilities(self) -> bytes:
        return capabilities(
            has_entered=self.opened is not None,
            offers_tls=self.tls is not None and not self.is_secret,
            may_log_in=self.may_log_in,
            is_deflated=self.is_deflated,
        )

    def enter(self, opened: Opened) -> None:
        """Somebody is in: hear what happens to their mail from now on."""
        self.opened = opened
        self.asked_at = time.monotonic()
        self._subscription = self._heard(opened.store.id, opened.address.id, opened.address.service_id)

    def hear_of(self, shared: SharedStore | None) -> None:
        """Hear what happens in a shared store while a mailbox of it is open, and no longer in the one before."""
        self._beside = self._instead(self._beside, [shared] if shared else [])

    def watch_over(self, watch: Watch, shared: Sequence[SharedStore]) -> None:
        """Tell of other mailboxes too, as NOTIFY asked, and hear of those in shared stores."""
        self.watch = watch
        self._watched = self._instead(self._watched, shared)

    def _instead(self, before: list[Subscription], shared: Sequence[SharedStore]) -> list[Subscription]:
        for subscription in before:
            subscription.close()
        return [self._heard(one.store.id, one.address_id, one.service_id) for one in shared]

    def _heard(self, store_id: int, address_id: UUID, service_id: UUID) -> Subscription:
        loop = asyncio.get_running_loop()
        store = f"mail:store:{store_id}"
        access = [f"mail:address:{address_id}", f"mail:service:{service_id}"]

        def hear(topic: str, message: dict[str, Any]) -> None:
            selected = self.selected
            elsewhere = message.get("mailboxes")
            is_open = selected and elsewhere and selected.mailbox.id in elsewhere
            if topic == store and selected and elsewhere and not is_open and self.watch is None:
                return  # in another mailbox: nothing this client has open
            with contextlib.suppress(RuntimeError):  # the loop has closed
                loop.call_soon_threadsafe(self._hinted, topic in access)

        return bus().subscribe(hear, topics=[store, *access])

    def _hinted(self, is_about_access: bool) -> None:
        if is_about_access:
            self.asked_at = 0.0
        self.ahead.forget()
        if self.watch is not None:
            self.watch.is_due = True
        self.has_news.set()

    def patience(self) -> float:
        """Seconds that the next line or literal may take: a stranger holds a place that others want."""
        return IDLE_FOR if self.opened else max(0.0, self.came_at + ENTER_WITHIN - time.monotonic())

    # The conversation.

    async def run(self) -> None:
        """Greet, answer until one side ends it, take leave."""
        try:
            self.channel.write(condition(b"*", b"OK", "Mazot is ready.", self.capabilities()))
            while not self.is_over:
                await self._next()
        except (Gone, ConnectionError):
            pass
        except asyncio.CancelledError:
            await self.say_bye("The server stops. Come back in a moment.")
        except Exception:
            logger.exception("a session ended by a fault")
        finally:
            for subscription in filter(None, (self._subscription, *self._beside, *self._watched)):
                subscription.close()
            self.channel.close()

    async def _next(self) -> None:
        await self.channel.drain()
        try:
            async with asyncio.timeout(self.patience()):
                pieces = await read_command(self) if self.watch is None else await self._read_and_tell()
        except TimeoutError:
            await self.say_bye("Nothing was said for too long." if self.opened else "You did not log in in time.")
            return
        except LineTooLong:
            await self.say_bye("This line is too long.")
            return
        except TooBig as error:
            self.channel.write(condition(error.tag, error.state, str(error), error.code))
            self.is_over = error.is_end
            self.crowd.let_go(self)
            return
        first = pieces[0]
        assert isinstance(first, bytes)
        try:
            await self._carry_out(first, pieces)
        finally:
            self.crowd.let_go(self)

    async def _read_and_tell(self) -> list[Piece]:
        """The next command; until it is whole, what happens is told as it happens (RFC 5465 section 4)."""
        from mazot.heads.imap.news import tell_until

        reading = asyncio.create_task(read_command(self))
        await tell_until(self, reading, may_shift=False)
        return await reading

    async def _carry_out(self, first: bytes, pieces: list[Piece]) -> None:
        try:
            named = read_name(pieces, utf8=self.utf8)
        except Malformed as error:
            await self._answer(read_tag(first), error)
            return
        await self.carry_out(named)

    async def carry_out(self, named: Named) -> None:
        from mazot.heads.imap.commands import command_for
        from mazot.heads.imap.news import tell_news

        try:
            if not await self.is_still_welcome():
                return
            done = await command_for(self, named)(self, named)
            if done is None:
                return
            await tell_news(self, may_shift=named.name not in NO_SHIFT, looks=done.looks)
        except (Gone, asyncio.CancelledError):
            raise
        except Exception as error:
            await self._answer(named.tag, error)
            return
        self.channel.write(condition(named.tag, b"OK", done.sentence, done.code))

    async def _answer(self, tag: bytes, error: Exception) -> None:
        refusal = refusal_of(error)
        if refusal is None:
            number = new_id().hex
            logger.exception("a command failed (%s)", number, exc_info=error)
            refusal = Refusal(b"SERVERBUG", f"Something went wrong. The server's log tells more under {number}.")
        self.channel.write(condition(tag, refusal.state, refusal.sentence, refusal.code))
        if refusal.state == b"BAD" or self.opened is None:
            self.n_failures += 1
            if self.opened is None and self.n_failures >= MOST_FAILURES:
                await self.say_bye("There were too many tries.")

    async def is_still_welcome(self) -> bool:
        if self.opened is None or time.monotonic() - self.asked_at < ASK_AGAIN:
            return True
        self.asked_at = time.monotonic()
        if not (reason := await across(closed_by, self.opened)):
            return await self._is_still_shared()
        if reason == MAINTENANCE:
            await self.say_bye(str(in_maintenance().sentence), b"UNAVAILABLE")
        else:
            await self.say_bye("This password no longer opens the address.")
        return False

    async def _is_still_shared(self) -> bool:
        """Whether the mailbox that is open, if it is another address's, is still this person's to read."""
        shared = self.selected.shared if self.selected else None
        opened = self.opened
        if shared is None or opened is None or await across(is_shared, opened.actor, opened.address, shared):
            return True
        await self.say_bye("This address is no longer shared with you, or is not open now.")
        return False

    async def say_bye(self, sentence: str, code: bytes = b"") -> None:
        self.is_over = True
        self.channel.write(condition(b"*", b"BYE", sentence, code))
        with contextlib.suppress(Gone, TimeoutError):
            async with asyncio.timeout(2):
                await self.channel.drain()
