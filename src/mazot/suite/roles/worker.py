# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker role: jobs, the scheduler, and the outbox's listeners."""

import signal
import threading

from mazot.suite.starting import say_ready, start_django


def main() -> int:
    start_django()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    say_ready()
    stopping.wait()
    return 0
