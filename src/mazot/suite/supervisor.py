# SPDX-License-Identifier: AGPL-3.0-or-later
"""`mazot serve`: migrate once, hold the listening socket and the hub, keep one child per role alive.

This process never imports Django: it stays small, and a fault in the program cannot take it down.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import IO

from mazot.foundation.hub import Hub
from mazot.suite import children, doors
from mazot.suite.configuration import Configuration
from mazot.suite.listening import CannotServe, listen

BACK_OFF = (1, 2, 4, 8, 16, 30)  # seconds before each restart; a child that lived a minute starts anew
HEALTHY_AFTER = 60
DRAIN_FOR = 10
READY_WITHIN = 60
ROLES = ("web", "worker", "mail")
LATER_ROLES = {"sfu": "Meet"}


def hold_data_folder(data: Path) -> IO[str]:
    """Take the lock that says a supervisor works on this folder; it lasts as long as the file is open."""
    try:
        (data / "run").mkdir(parents=True, exist_ok=True)
        file = (data / "run" / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise CannotServe(f"The data folder {data} cannot be written to: {error.strerror}.") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        holder = file.read().strip()
        raise CannotServe(
            f"Another Mazot (process {holder or 'unknown'}) already serves the data folder {data}. "
            "Stop it first, or choose another folder with --data."
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


class Supervisor:
    """Starts the roles of one machine, restarts what falls, stops all of it in order."""

    def __init__(self, configuration: Configuration, say: Callable[[str, str], None]) -> None:
        self.configuration = configuration
        self.say = say  # (role, line): where lines for the operator go
        self.stopping = asyncio.Event()
        self.running: dict[str, children.Child] = {}
        self._ready: dict[str, asyncio.Event] = {}

    async def run(self) -> int:
        """Serve until told to stop; answer the exit code."""
        lock = hold_data_folder(self.configuration.data)
        hub = Hub(self.configuration.hub)
        try:
            listeners = self._listen()
            self._hear_signals()
            if code := await self._prepare():
                return code
            await hub.start()
            for role in listeners:
                self._ready[role] = asyncio.Event()
            async with asyncio.TaskGroup() as tasks:
                for role, sockets in listeners.items():
                    tasks.create_task(self._keep_alive(role, sockets))
                tasks.create_task(self._announce())
            return 0
        finally:
            await hub.stop()
            lock.close()

    def _listen(self) -> dict[str, dict[str, socket.socket]]:
        """The sockets of each role to start. They are ours, so a restart of a role refuses nobody."""
        http = listen(self.configuration.http)
        if self.configuration.http.endswith(":0"):
            os.environ["MAZOT_HTTP"] = f"{self.configuration.http[:-2]}:{http.getsockname()[1]}"
        doors.tls_of(self.configuration)  # a certificate that cannot be used is said now, and not by a role in circles
        mail = doors.listen_for(self.configuration)
        return {"web": {"http": http}, "worker": {}} | ({"mail": mail} if mail else {})

    def _hear_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)

    async def _prepare(self) -> int:
        """Bring the tables up to date, in a child so that this process stays small."""
        child = await children.start("prepare", say=self.say)
        stop = asyncio.create_task(self.stopping.wait())
        done = asyncio.create_task(child.wait())
        await asyncio.wait((stop, done), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not done.done():
            child.signal(signal.SIGTERM)
        code = await done
        if code and not self.stopping.is_set():
            self.say("serve", "The database could not be prepared; the lines above say why. Nothing was started.")
        return code

    async def _keep_alive(self, role: str, listeners: dict[str, socket.socket]) -> None:
        failures = 0
        loop = asyncio.get_running_loop()
        while not self.stopping.is_set():
            began = loop.time()
            child = await children.start(role, say=self.say, listeners=listeners)
            self.running[role] = child
            ready = asyncio.create_task(self._hear_ready(role, child))
            code = await self._wait_or_stop(role, child)
            ready.cancel()
            self.running.pop(role, None)
            if self.stopping.is_set():
                return
            failures = 0 if loop.time() - began > HEALTHY_AFTER else failures
            pause = BACK_OFF[min(failures, len(BACK_OFF) - 1)]
            failures += 1
            self.say(role, f"stopped {_reason(code)}; starts again in {pause} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stopping.wait(), pause)

    async def _hear_ready(self, role: str, child: children.Child) -> None:
        address = await child.ready()
        if address is not None:
            self.say(role, f"ready {address}".rstrip())
            self._ready[role].set()

    async def _wait_or_stop(self, role: str, child: children.Child) -> int:
        ended = asyncio.create_task(child.wait())
        stop = asyncio.create_task(self.stopping.wait())
        await asyncio.wait((ended, stop), return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not ended.done():
            child.signal(signal.SIGTERM)
            _, late = await asyncio.wait((ended,), timeout=DRAIN_FOR)
            if late:
                self.say(role, f"has not stopped in {DRAIN_FOR} s and is killed")
                child.signal(signal.SIGKILL)
        return await ended

    async def _announce(self) -> None:
        for event in self._ready.values():
            waits = [asyncio.create_task(event.wait()), asyncio.create_task(self.stopping.wait())]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in waits:
                task.cancel()
        if not self.stopping.is_set():
            self.say("", "ready")
            notify("READY=1")
            await self.stopping.wait()
        notify("STOPPING=1")
        self.say("serve", "stopping")


def notify(state: str) -> None:
    """Tell systemd, when it has asked (sd_notify(3)): one datagram to $NOTIFY_SOCKET."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.connect("\0" + path[1:] if path.startswith("@") else path)
        there.send(state.encode())


def _reason(code: int) -> str:
    return f"by signal {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
