# SPDX-License-Identifier: AGPL-3.0-or-later
"""Removals, and then their undoing, by real workers that are ended with `kill -9` again and again.

The same people leave twice from two copies of one folder: once with a worker that lives, once with workers that die
between and inside the steps. Both end in the same state, and nothing is lost.

`MAZOT_WORKER_KILLS` sets the kills of each way (4 by default).
"""

import json
import logging
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("MAZOT_WORKER_KILLS", "4"))
LEAVERS = 6 * KILLS  # so many that a worker is not done before it is seen at work, also where others want the processor
# Seconds between a step that was seen done and the kill: on its commit, or inside of what follows.
MOMENTS = (0.0, 0.002, 0.005, 0.009, 0.014)
WITHIN = 120.0
SETTLED = (
    "SELECT count(*) FROM tenancy_leaving l JOIN tenancy_membership m ON l.membership_id = m.id "
    "JOIN tenancy_person p ON m.person_id = p.id WHERE p.login LIKE 'leaver%' AND l.state = '{}'"
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class House:
    """A data folder with a worker that can be killed. On SQLite whatever the run's database."""

    def __init__(self, data: Path) -> None:
        self.data = data
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
        paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
        self.environment = kept | {"MAZOT_DATA": str(data), "PYTHONPATH": paths}
        self.database: sqlite3.Connection | None = None
        self.environment.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")

    def do(self, verb: str) -> Any:
        command = [sys.executable, "-m", "tests.durability.leavers", verb, str(LEAVERS)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=WITHIN, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A worker of its own; whatever happens it does not outlive the test."""
        command = [sys.executable, "-m", "mazot", "serve", "--role", "worker", "--data", str(self.data)]
        with (self.data / "worker.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def count(self, sql: str) -> int:
        if self.database is None:
            self.database = sqlite3.connect(f"file:{self.data / 'mazot.sqlite3'}?mode=ro", uri=True, timeout=30)
        return int(self.database.execute(sql).fetchone()[0])

    def steps(self, column: str) -> int:
        return self.count(f"SELECT count(*) FROM tenancy_leavingstep WHERE {column} IS NOT NULL")

    def wait(self, process: "subprocess.Popen[bytes]", ready: Any) -> bool:
        """Until it is so; whether it was before the worker had nothing left to do."""
        until = time.monotonic() + WITHIN
        while not ready():
            assert time.monotonic() < until, (self.data / "worker.log").read_text()
            assert process.poll() is None, (self.data / "worker.log").read_text()
            time.sleep(0.002)
        return True

    def is_settled(self, state: str) -> bool:
        return self.count(SETTLED.format(state)) == LEAVERS

    def work_until(self, state: str) -> None:
        with self.worker() as process:
            self.wait(process, lambda: self.is_settled(state))


def kill_on_the_way(house: House, column: str, state: str) -> int:
    """Let workers die one after the other, each as soon as it has done something; answer how many died in the work."""
    died = 0
    for number in range(KILLS):
        before = house.steps(column)
        with house.worker() as process:
            house.wait(process, lambda before=before: house.steps(column) > before or house.is_settled(state))
            time.sleep(MOMENTS[number % len(MOMENTS)])
            process.send_signal(signal.SIGKILL)
            process.wait()
        died += not house.is_settled(state)
    return died


def test_removals_and_their_undoing_survive_workers_that_are_killed(tmp_path):
    """Slow: each of the ten workers takes two seconds to start."""
    calm, stormy = House(tmp_path / "calm"), House(tmp_path / "stormy")
    before = calm.do("furnish")
    shutil.copytree(calm.data, stormy.data)
    died, ended = [], []
    for verb, column, state in (("remove", "done_at", "gone"), ("undo", "undone_at", "back")):
        ended.append([house.do(verb) for house in (calm, stormy)])
        calm.work_until(state)
        died.append(kill_on_the_way(stormy, column, state))
        stormy.work_until(state)
    ended.append([house.do("state") for house in (calm, stormy)])
    for expected, reached in ended[1:]:
        for name, rows in expected.items():
            assert reached[name] == rows, name
        assert reached["lost"] == []
    after = ended[-1][1]
    for name in ("revisions", "trash", "places", "grants", "memberships", "teams"):
        assert after[name] == before[name], name
    assert set(before["entries"]) <= set(after["entries"])
    # Where we are held up ourselves, the last worker may be done before it dies.
    assert min(died) >= KILLS // 2, f"only {died} workers died before all was done"
    logging.getLogger("mazot.durability").warning(
        "%d people left and came back; %d and %d workers killed on the way, nothing lost", LEAVERS, *died
    )
