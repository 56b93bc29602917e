# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many buyers want the same few places over real HTTP, while processes die: nothing is sold twice, no cent is lost.

Two processes serve the web beside a worker; they are ended with `kill -9` in the middle of it. `MAZOT_RUSH` sets the
size as buyers, seats and rounds ("200,100,20"; "24,10,1" by default).
"""

import json
import logging
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.rush.auditor import Auditor
from tests.rush.buyers import Buyer, Diary, live
from tests.served import ROOT, database_for

BUYERS, SEATS, ROUNDS = map(int, os.environ.get("MAZOT_RUSH", "24,10,1").split(","))
STARTS_WITHIN = 240.0
ROLES = ("web", "web", "worker")
PAUSE = 2.5  # seconds between two kills


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Part:
    """One process of the server, which comes back when it dies."""

    def __init__(self, role: str, environment: dict[str, str], data: Path, number: int) -> None:
        self.role, self.environment, self.log = role, environment, data / f"{role}-{number}.log"
        self.data, self.port = data, free_port() if role == "web" else 0
        self.process: subprocess.Popen[bytes]
        self.start()

    def start(self) -> None:
        words = [sys.executable, "-m", "mazot", "serve", "--role", self.role, "--data", str(self.data)]
        words += ["--http", f"127.0.0.1:{self.port}"] if self.role == "web" else []
        self.log.write_bytes(b"")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(words, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        if self.role != "web":
            return
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self.process.poll() is None:
            if "ready" in self.log.read_text(errors="replace"):
                return
            time.sleep(0.05)
        raise AssertionError(f"no web: {self.log.read_text(errors='replace')[-2000:]}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Market:
    """A furnished database with its processes."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        self.data, self.environment = data, environment
        self.shop = self.do("furnish", str(ROUNDS), str(SEATS))
        self.parts: list[Part] = []
        self.kills = 0
        self.auditor = Auditor(data, environment.get("MAZOT_DATABASE", ""))

    def do(self, *words: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.rush.seed", *words],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=STARTS_WITHIN, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def disturb_until(self, over: threading.Event, seed: int, faults: list[BaseException]) -> None:
        """Kill a process, let time pass for some, and again."""
        chance = random.Random(seed)
        try:
            while not over.wait(PAUSE):
                part = self.parts[self.kills % len(self.parts)]
                part.kill()
                self.kills += 1
                part.start()
                self.do("disturb", self.shop["shop"], str(chance.randrange(10**6)))
        except BaseException as fault:
            faults.append(fault)


@contextmanager
def market_in(data: Path, *, roles: tuple[str, ...] = ROLES) -> Iterator[Market]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    environment |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "MAZOT_DATA": str(data)}
    environment |= {"DJANGO_SETTINGS_MODULE": "mazot.suite.settings", "PYTHONUNBUFFERED": "1"}
    environment.pop("MAZOT_PUBLIC_URL", None)
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(database_for(environment))
        migrated = subprocess.run(
            [sys.executable, "-m", "django", "migrate", "-v0"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert migrated.returncode == 0, migrated.stderr[-2000:]
        market = Market(data, environment)
        try:
            market.parts = [Part(role, environment, data, number) for number, role in enumerate(roles)]
            yield market
        finally:
            for part in market.parts:
                part.kill()


def opens(market: Market, number: int, diary: Diary) -> None:
    """One evening goes on sale, and everybody comes at once."""
    ports = [part.port for part in market.parts if part.port]
    over, faults = threading.Event(), list[BaseException]()

    def buy(seed: int) -> None:
        try:
            live(Buyer(ports, diary, random.Random(seed)), market.shop, market.shop["evenings"][number], SEATS)
        except BaseException as fault:
            faults.append(fault)

    crowd = [threading.Thread(target=buy, args=(number * 10_000 + n,)) for n in range(BUYERS)]
    trouble = threading.Thread(target=market.disturb_until, args=(over, number, faults))
    for thread in (*crowd, trouble):
        thread.start()
    for thread in crowd:
        thread.join(600)
    over.set()
    trouble.join(STARTS_WITHIN)
    assert not any(thread.is_alive() for thread in (*crowd, trouble)), "somebody still waits"
    if faults:
        raise faults[0]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_rush_sells_each_place_once_though_processes_die(tmp_path: Path) -> None:
    """Slow: processes start, die and start again while buyers wait for each other."""
    diary, began = Diary(), time.monotonic()
    with market_in(tmp_path / "data") as market:
        for number in range(ROUNDS):
            opens(market, number, diary)
            market.do("disturb", market.shop["shop"], str(number))
            assert market.auditor.faults(market.shop, market.shop["evenings"][number], diary) == []
        states = dict(market.auditor.rows("SELECT state, count(*) FROM tickets_order GROUP BY state"))
        logs = "".join(part.log.read_text(errors="replace") for part in market.parts)
    assert diary.paid
    assert "Traceback" not in logs, logs[-3000:]
    assert 500 not in diary.answers
    logging.getLogger("mazot.rush").warning(
        "%d rounds of %d buyers for %d seats in %.0f s, %d kills, %d broken requests; orders %s; answers %s; "
        "a refusal took %.2f s in the median, %.1f s at most",
        ROUNDS, BUYERS, SEATS, time.monotonic() - began, market.kills, diary.broken, states, dict(diary.answers),
        statistics.median(diary.told or [0]), max(diary.told or [0]),
    )  # fmt: skip


PLANTED = {
    "UPDATE tickets_order SET total = total + 1": "its lines do not add up",
    "UPDATE tickets_payment SET amount = amount - 1": "its money is not what came",
    "UPDATE tickets_ticket SET state = 'void'": "it is paid without all its places",
    "UPDATE tickets_ticket SET takes_place = false": "it is paid without all its places",
    "UPDATE tickets_order SET state = 'expired'": "it is over and takes a place",
    "UPDATE tickets_ticket SET order_id = NULL": "2 live tickets belong to no order",
    "UPDATE tickets_ticket SET takes_place = false, seat = 'A-1'": "seat A-1 has 2 live tickets",
    "DELETE FROM tickets_order": "an order that a buyer was shown is not there",
}


@pytest.mark.timeout(300)
def test_the_auditor_sees_what_is_wrong(tmp_path: Path) -> None:
    """Each fault is planted into the rows of a right sale, told, and taken out again."""
    with market_in(tmp_path / "data", roles=()) as market:
        evening = market.shop["evenings"][0]
        diary = Diary(orders={market.do("sell", market.shop["shop"], evening["seat"])["secret"]})
        assert market.auditor.faults(market.shop, evening, diary) == []
        for sql, said in PLANTED.items():
            with market.auditor.connected() as database:
                if not market.auditor.database:
                    database.execute("PRAGMA foreign_keys = OFF")
                elif sql.startswith("DELETE"):
                    continue  # PostgreSQL keeps an order that its tickets point at
                database.execute(sql)
                market.auditor.planted = database
                assert any(said in fault for fault in market.auditor.faults(market.shop, evening, diary)), sql
                market.auditor.planted = None
                database.rollback()
