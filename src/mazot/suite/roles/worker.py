# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worker role: jobs, the scheduler, and the outbox's listeners."""

import fcntl
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from mazot.suite.starting import say_ready, start_django

logger = logging.getLogger(__name__)

# Without a hint we look this often: hints are lossy, and another node's never come without a shared hub.
LOOK_EVERY = 5.0
AFTER_A_FAULT = 5.0

_stopping = threading.Event()


def main() -> int:
    start_django("worker")
    from django.conf import settings

    from mazot.foundation import facts, job_queue, jobs, outbox, schedule
    from mazot.foundation.bus import bus

    node = socket.gethostname()[:30]
    alone = _only_worker_here(settings.MAZOT.data, node)
    if alone is not None:
        take_back_what_is_lost(node)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stopping.set())

    def listeners_and_turns() -> float | None:
        outbox.hear_all()
        schedule.take_turns()
        return outbox.seconds_to_next()

    workers = [
        job_queue.worker(f"{node}:{os.getpid()}:{secrets.token_hex(4)}") for _ in range(settings.MAZOT.job_threads)
    ]

    def jobs_of(worker: Any) -> Callable[[], float | None]:
        def run() -> float | None:
            worker.run()
            return job_queue.seconds_to_next()

        return run

    rounds = [Round("outbox", facts.WAKE_UP, listeners_and_turns)]
    rounds += [Round(f"jobs-{n}", jobs.WAKE_UP, jobs_of(worker)) for n, worker in enumerate(workers, 1)]
    rounds += rounds_of_products(settings.MAZOT, f"{node}-{os.getpid()}")
    for one in rounds:
        bus().subscribe(one.hear, topics=[one.topic])
        one.start()
    say_ready()
    _stopping.wait()
    for worker in workers:
        worker.running = False  # the job in hand is finished, the next one is left
    for one in rounds:
        one.wake.set()
    for one in rounds:
        one.join()
    return 0


def rounds_of_products(mazot: Any, here: str) -> list["Round"]:
    """The work for which products have threads of their own; a thread's name is unlike any other's, on any node."""
    from mazot.exchange.registry import products

    declared = [one for product in products() for one in product.rounds]
    return [
        Round(f"{one.topic}-{here}-{n}", one.topic, one.work)
        for one in declared
        for n in range(getattr(mazot, one.threads))
    ]


def take_back_what_is_lost(node: str) -> None:
    """Free what workers of this machine had in hand when they died: jobs, and what products work on in rounds."""
    from mazot.exchange.registry import products
    from mazot.foundation import job_queue

    if n_lost := job_queue.take_back(node):
        logger.warning("%s jobs had lost their worker and run again", n_lost)
    for one in (one for product in products() for one in product.rounds):
        if one.begins is not None:
            one.begins(node)


class Round(threading.Thread):
    """Does a piece of work whenever it is woken, when the next thing is due, and now and then."""

    def __init__(self, name: str, topic: str, work: Callable[[], float | None]) -> None:
        super().__init__(name=name, daemon=True)
        self.topic = topic
        self.work = work
        self.wake = threading.Event()

    def hear(self, _topic: str, _message: dict[str, object]) -> None:
        self.wake.set()

    def run(self) -> None:
        from django.db import close_old_connections, connections

        while not _stopping.is_set():
            self.wake.clear()
            close_old_connections()
            try:
                rest = self.work()
            except Exception:
                logger.exception("%s met a fault and goes on in %s s", self.name, AFTER_A_FAULT)
                _stopping.wait(AFTER_A_FAULT)
                continue
            if not _stopping.is_set():
                self.wake.wait(LOOK_EVERY if rest is None else min(rest + 0.01, LOOK_EVERY))
        connections.close_all()


def _only_worker_here(data: Path, node: str) -> IO[str] | None:
    """The lock that makes us the one worker of this machine on this data; whoever holds it knows the others died."""
    folder = data / "run"
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / f"worker-{node}.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
