# SPDX-License-Identifier: AGPL-3.0-or-later
"""A worker that is killed in the middle of its work, for test_kill_worker: `python -m … FILE begin|again`."""

import os
import signal
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from mazot.suite.starting import start_django

FACTS = 5


def main(told: Path, act: str) -> None:
    start_django("command")
    from mazot.foundation import clock, facts, job_queue, outbox
    from mazot.foundation.facts import Fact, Heard
    from mazot.foundation.ids import new_id
    from mazot.foundation.jobs import job
    from mazot.suite.roles.prepare import prepare

    @dataclass(frozen=True, slots=True)
    class Rang(Fact):
        bell_id: UUID

    def note(line: str) -> int:
        with told.open("a", encoding="ascii") as file:
            file.write(line + "\n")
        return len(told.read_text(encoding="ascii").splitlines())

    def hear(heard: Heard) -> None:
        if note(f"fact {heard.id}") == 3:
            os.kill(os.getpid(), signal.SIGKILL)

    @job()
    def ring() -> None:
        if note("job") == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    facts.listen(Rang, hear)
    system = SimpleNamespace(person_id=None, organization_id=None, via="job", address="", because="a test")
    if act == "begin":
        assert prepare() == 0
        for _ in range(FACTS):
            facts.tell(system, Rang(new_id()))
    elif act == "begin job":
        assert prepare() == 0
        ring.later()
    if "job" in act:
        job_queue.take_back("here")
        job_queue.worker("here:1:a").run()
    else:
        clock.CLOCK.advance(timedelta(0) if act == "begin" else outbox.LEASE + timedelta(seconds=1))
        outbox.hear_all()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
