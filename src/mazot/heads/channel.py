# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of one connection: lines and literals in, with limits; answers out, no faster than they are read.

Not asyncio's streams: STARTTLS has to drop what was sent in the clear behind it, and COMPRESS stands between the socket
and the buffer.
"""

import asyncio
import ssl
import zlib
from collections.abc import Callable
from typing import cast

ENOUGH = 256 * 1024  # bytes in the buffer above which the client waits
STALLED_AFTER = 300.0  # seconds in which a client that reads nothing may hold an answer up
PIECE = 64 * 1024
HANDSHAKE_WITHIN = 20.0  # seconds: who has not shaken hands is counted by no door


class Gone(Exception):
    """The connection ended."""


class LineTooLong(Exception):
    """A line above the limit."""


class Channel(asyncio.Protocol):
    """One connection, plain or in TLS, deflated or not."""

    def __init__(self, made: Callable[["Channel"], None]) -> None:
        self._made = made
        self.transport: asyncio.Transport
        self._buffer = bytearray()
        self._arrived = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._is_over = self._is_paused = False
        self._inflater: zlib._Decompress | None = None
        self._deflater: zlib._Compress | None = None
        self._deflated = b""
        self._holds_back = False  # the deflater has bytes that the client waits for
        self._waiting: list[bytes | memoryview] = []  # answers that go out as one
        self._n_waiting = 0

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._made(self)

    def data_received(self, data: bytes) -> None:
        if self._inflater is None:
            self._buffer += data
        else:
            self._deflated += data
            self._inflate()
        self._arrived.set()
        if not self._is_paused and len(self._buffer) + len(self._deflated) > ENOUGH:
            self._is_paused = True
            self.transport.pause_reading()

    def eof_received(self) -> bool | None:
        self._end()
        return None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why does not matter
        self._end()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def _end(self) -> None:
        self._is_over = True
        self._arrived.set()
        self._may_write.set()

    # Reading.

    @property
    def has_waiting(self) -> bool:
        """Whether the client has sent more than was read: it does not wait for an answer."""
        return bool(self._buffer)

    async def line(self, limit: int) -> bytes:
        """The next line without its end; LineTooLong once it is above the limit."""
        seen = 0
        while (end := self._buffer.find(b"\n", seen)) < 0:
            seen = len(self._buffer)
            if seen > limit:
                raise LineTooLong
            await self._more()
        if end > limit:
            raise LineTooLong
        line = bytes(self._buffer[:end])
        self._take(end + 1)
        return line.removesuffix(b"\r")

    async def exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            await self._more()
        found = bytes(self._buffer[:size])
        self._take(size)
        return found

    async def literal(self, size: int) -> bytes:
        """Bytes that may be more than the buffer holds."""
        if size <= PIECE:
            return await self.exactly(size)
        whole = bytearray()
        while (left := size - len(whole)) > 0:
            whole += await self.exactly(min(left, PIECE))
        return bytes(whole)

    async def some(self) -> bytes:
        """Whatever has come; waits when nothing has."""
        while not self._buffer:
            await self._more()
        return await self.exactly(min(len(self._buffer), PIECE))

    def give_back(self, data: bytes) -> None:
        """Put back what was read too far."""
        self._buffer[:0] = data

    async def skip(self, size: int) -> None:
        while size > 0:
            size -= len(await self.exactly(min(size, PIECE)))

    async def _more(self) -> None:
        if self._deflated:
            self._inflate()
            return
        if self._is_over:
            raise Gone
        self._arrived.clear()
        if self._is_paused:
            self._is_paused = False
            self.transport.resume_reading()
        await self._arrived.wait()

    def _take(self, size: int) -> None:
        del self._buffer[:size]
        if self._is_paused and len(self._buffer) + len(self._deflated) <= ENOUGH // 2 and not self._is_over:
            self._is_paused = False
            self.transport.resume_reading()

    def _inflate(self) -> None:
        assert self._inflater is not None
        try:
            self._buffer += self._inflater.decompress(self._deflated, ENOUGH)
        except zlib.error:
            self._deflated = b""
            self.abort()
            return
        self._deflated = self._inflater.unconsumed_tail

    # Writing.

    def write(self, data: bytes | memoryview) -> None:
        if self._is_over:
            return
        if self._deflater is None:
            self._gather(data)
        else:
            self._holds_back = True
            if deflated := self._deflater.compress(data):
                self.transport.write(deflated)

    def _gather(self, data: bytes | memoryview) -> None:
        """Each write is a call of the system and a packet: what is said in one breath goes out as one."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._let_go)  # also where nobody drains
        self._waiting.append(data)
        self._n_waiting += len(data)
        if self._n_waiting > PIECE:
            self._let_go()

    def _let_go(self) -> None:
        if self._waiting and not self._is_over:
            self.transport.write(self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting))
        self._waiting.clear()
        self._n_waiting = 0

    async def drain(self) -> None:
        """Wait until the client has read enough of what was written."""
        self._flush()
        if not self._may_write.is_set():
            try:
                async with asyncio.timeout(STALLED_AFTER):
                    await self._may_write.wait()
            except TimeoutError:
                self.abort()
        if self._is_over:
            raise Gone

    async def pace(self) -> None:
        """Between two pieces of an answer: wait where the client is behind, and send nothing before its time."""
        if self._is_over or not self._may_write.is_set():
            await self.drain()

    def _flush(self) -> None:
        """Let go what is held back; nothing behind nothing, for mbsync takes an empty block for a line."""
        self._let_go()
        if self._deflater is not None and self._holds_back and not self._is_over:
            self._holds_back = False
            self.transport.write(self._deflater.flush(zlib.Z_SYNC_FLUSH))

    def close(self) -> None:
        self._flush()
        if not self.transport.is_closing():
            self.transport.close()

    def abort(self) -> None:
        self._end()
        self.transport.abort()

    # What stands between.

    @property
    def is_secret(self) -> bool:
        return self.transport.get_extra_info("ssl_object") is not None

    @property
    def peer(self) -> str:
        name = self.transport.get_extra_info("peername")
        return str(name[0]) if isinstance(name, tuple) else ""

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on. What came in the clear behind STARTTLS is nobody's word (RFC 9051 section 6.2.1)."""
        self._let_go()
        self._buffer.clear()
        loop = asyncio.get_running_loop()
        try:
            secret = await loop.start_tls(
                self.transport, self, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_WITHIN
            )
        except (OSError, ssl.SSLError) as error:
            raise Gone from error
        if secret is None:
            raise Gone
        self.transport = secret  # what is in the buffer by now came inside TLS, behind the handshake

    def start_deflate(self) -> None:
        """Deflate from here on (RFC 4978); what the client has sent behind its command is deflated already."""
        self._let_go()
        self._inflater, self._deflater = zlib.decompressobj(-15), zlib.compressobj(wbits=-15)
        self._deflated, self._buffer = bytes(self._buffer), bytearray()
        if self._deflated:
            self._inflate()
