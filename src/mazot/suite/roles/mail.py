# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mail role: every door by which mail comes, goes and is read, in one process."""

import asyncio
import contextlib
import logging
import resource
import signal
import socket
import sys

from mazot.suite import doors
from mazot.suite.listening import CannotServe, inherited
from mazot.suite.starting import say_ready, start_django

FILES = 16_384  # connections that can be open at once; a usual system gives a process 1,024
DRAIN_FOR = 8.0  # seconds; the supervisor kills after ten

logger = logging.getLogger(__name__)


def main() -> int:
    start_django("mail")
    may_open(FILES)
    import uvloop
    from django.conf import settings

    from mazot.heads import bridge

    try:
        listeners = inherited() or doors.listen_for(settings.MAZOT)
        tls = doors.tls_of(settings.MAZOT)
    except CannotServe as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if not listeners:
        sys.stderr.write("Every door of mail is turned off: there is nothing to serve.\n")
        return 1
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(keep_open({name: (doors.opener(name), one) for name, one in listeners.items()}, tls=tls))
    bridge.close()
    return 0


def may_open(number: int) -> None:
    """Ask the system for so many open files, or as many as it gives: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number if hard == resource.RLIM_INFINITY else min(number, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def keep_open(openers: dict[str, tuple[doors.Opener, socket.socket]], *, tls: doors.Tls) -> None:
    """Open the doors, say so, and close them in order when told to stop."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    opened = [await opener(listener, tls=tls) for opener, listener in openers.values()]
    say_ready(doors.written({name: listener for name, (_, listener) in openers.items()}))
    await stopping.wait()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_FOR):
            await asyncio.gather(*(door.close() for door in opened))
