# SPDX-License-Identifier: AGPL-3.0-or-later
"""One role as a child process: started, heard, signalled."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable

from mazot.suite.listening import INHERITED, passed_on

Say = Callable[[str, str], None]
MAX_LINE = 256 * 1024


class Child:
    """A running role, with the pipe on which it says that it answers."""

    def __init__(self, role: str, process: asyncio.subprocess.Process, ready: int, say: Say) -> None:
        self.role, self.process, self.say = role, process, say
        self._ready = ready
        assert process.stdout is not None
        self._lines = asyncio.create_task(self._pass_on(process.stdout))

    async def _pass_on(self, stream: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await stream.readline()
            except ValueError:  # above the limit: asyncio drops it, and so do we
                continue
            if not line:
                return
            self.say(self.role, line.decode("utf-8", "replace").rstrip())

    async def ready(self) -> str | None:
        """What the child says once it answers (its address, or nothing); none when it ends before."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._ready, "rb", buffering=0)
        )
        self._ready = -1
        try:
            line = await reader.readline()
        finally:
            transport.close()
        return line.decode().strip() if line.endswith(b"\n") else None

    async def wait(self) -> int:
        code = await self.process.wait()
        # a grandchild may hold the pipe open; its last lines are worth a second and no more
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._lines, 1)
        if self._ready >= 0:
            os.close(self._ready)
            self._ready = -1
        return code

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)


async def start(role: str, *, say: Say, listeners: dict[str, socket.socket] | None = None) -> Child:
    """Start a role of this program with the same environment."""
    read, write = os.pipe()
    inherited = [write]
    environment = {**os.environ, "MAZOT_READY_FD": str(write), "MAZOT_PARENT": str(os.getpid())}
    environment.pop("NOTIFY_SOCKET", None)
    if listeners:
        inherited += [listener.fileno() for listener in listeners.values()]
        environment[INHERITED] = passed_on(listeners)
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "mazot.suite.role",
            role,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            pass_fds=inherited,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then stops all in order
            limit=MAX_LINE,
        )
    except BaseException:
        os.close(read)
        raise
    finally:
        os.close(write)
    return Child(role, process, read, say)
