# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mazot's tickets beside pretix, in turns on one machine: processor time, speed, memory, bytes.

`python bench/tickets/run.py [--peer VENV] [--rounds 5] [--minutes 12] [--only NAME…] [--write docs/benchmarks.md]`

VENV is an environment with pretix and gunicorn; PostgreSQL, Redis and nginx are the system's. Beside it a folder
`<VENV>-bench` keeps pretix's furnished database, made at the first run (two minutes). Without --peer only Mazot is
measured.
"""

import argparse
import contextlib
import datetime
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tools"), str(ROOT), str(ROOT / "src")]

import our_walks  # noqa: E402
import peer_walks  # noqa: E402
from browsing import Line, Visitor, median, race, together  # noqa: E402
from our_server import ours  # noqa: E402
from peer_server import peer  # noqa: E402
from processes import cpu_seconds, pss_megabytes, ruler, wait_until_idle  # noqa: E402
from report import Figures, section, written  # noqa: E402

BUYERS = 50
AFTERWARDS = 40  # seconds for what is measured once, and to stop


@dataclass(frozen=True)
class Leg:
    """One deed, how often a round does it at ours and at the peer, and by how many at once."""

    deed: str
    ours: int
    peer: int
    clients: int
    settles: bool = False  # letters and papers follow: what the workers do is waited for and counted


LEGS = (
    Leg("shop_page", 120, 50, 4),
    Leg("hall_page", 80, 40, 4),
    Leg("add", 60, 10, 1, settles=True),
    Leg("free_order", 40, 10, 4, settles=True),
    Leg("invoice_order", 40, 10, 4, settles=True),
    Leg("order_list", 24, 8, 1),
    Leg("order_search", 24, 6, 1),
    Leg("redeem", 120, 50, 4),
    Leg("pdf", 24, 6, 1, settles=True),
)


@dataclass
class Side:
    """One of those that are measured."""

    name: str
    at: Any
    walks: Any
    figures: Figures = field(default_factory=Figures)

    @property
    def is_peer(self) -> bool:
        return self.name == "pretix"

    def measure(self, leg: Leg) -> None:
        deed = getattr(self.walks, leg.deed, None)
        if deed is None:
            return
        count = leg.peer if self.is_peer else leg.ours
        speed = ruler()
        before, began = cpu_seconds(self.at.roots), time.monotonic()
        took = together(self.at.port, deed, count=count, clients=leg.clients)
        wall = time.monotonic() - began
        if leg.settles:
            wait_until_idle(self.at.roots)
        cpu = (cpu_seconds(self.at.roots) - before) / count * 1000
        self.figures.note(leg.deed, ruler=speed, cpu=cpu, wall=median(took), rate=count / wall)

    def race(self, seat: int) -> None:
        speed = ruler()
        won, last = race(self.at.port, lambda one, n: self.walks.race(one, n, seat), buyers=BUYERS)
        if won != 1:
            raise SystemExit(f"{self.name}: {won} of {BUYERS} got the one seat")
        self.figures.note("race", ruler=speed, wall=last)

    def warm_up(self) -> None:
        for leg in LEGS:
            if deed := getattr(self.walks, leg.deed, None):
                count = leg.peer if self.is_peer else leg.ours
                together(self.at.port, deed, count=min(count, 24) // 2, clients=4)
        wait_until_idle(self.at.roots)


def sides(stack: contextlib.ExitStack, folder: Path, venv: Path | None) -> Iterator[Side]:
    for name, on_postgres in (("Mazot, PostgreSQL", True), ("Mazot, SQLite", False)):
        served = stack.enter_context(ours(folder / ("postgres" if on_postgres else "sqlite"), on_postgres=on_postgres))
        yield Side(name, served, our_walks.Walks(served))
    if venv is not None:
        there = stack.enter_context(peer(venv, venv.with_name(f"{venv.name}-bench")))
        yield Side("pretix", there, peer_walks.Walks(there))


def rounds_of(known: list[Side], legs: list[Leg], rounds: int, until: float) -> int:
    """So many rounds, or as many as end in time; says how many."""
    for number in range(rounds):
        began = time.monotonic()
        for side in known:
            if side.is_peer and number and number % 2 == 0:  # so that no leg meets the recycling of its workers
                os.kill(side.at.gunicorn, signal.SIGHUP)
                time.sleep(8)
                together(side.at.port, side.walks.shop_page, count=24, clients=8)
        for leg in legs:
            for side in known:
                side.measure(leg)
        for side in known:
            side.race(number)
        sys.stderr.write(f"round {number + 1} of {rounds}\n")
        if time.monotonic() + (time.monotonic() - began) > until:
            return number + 1
    return rounds


def availability(side: Side) -> None:
    """What a picker asks for a plan of 5,000 seats: its letters, again and again, and its drawing once."""
    visitor = Visitor(Line(side.at.port))
    for part in ("seats", "map"):
        path = f"{side.walks.shop}/hall/{side.at.seeded['large']}/{part}"
        took = []
        for _ in range(20):
            began = time.perf_counter()
            answer = visitor.get(path)
            took.append((time.perf_counter() - began) * 1000)
        side.figures.once[f"large {part}"] = (median(took), answer.wire / 1000)


def by_browser(known: list[Side]) -> None:
    """Bytes and presses; left out where there is no Chromium."""
    from first_page import browser, bytes_of, presses

    with browser() as chromium:
        for side in known:
            path = "/peer/gen/" if side.is_peer else f"{side.walks.shop}/event/evening"
            address = f"http://127.0.0.1:{side.at.port}{path}"
            size, requests = bytes_of(chromium, address)
            side.figures.once["first page"] = (size / 1000, requests)
            if not side.is_peer:
                side.figures.once["presses"] = (presses(chromium, address), 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="an environment with pretix and gunicorn")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=12, help="fewer rounds if they would take longer")
    parser.add_argument("--only", nargs="*", default=[], help="these deeds alone")
    parser.add_argument("--write", type=Path, help="put the section into this Markdown file")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped, however this ends
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mazot-bench-")))
        known = []
        for side in sides(stack, folder, options.peer.absolute() if options.peer else None):
            known.append(side)
            side.warm_up()
            sys.stderr.write(f"{side.name} is warm, {time.monotonic() - began:.0f} s\n")
        legs = [leg for leg in LEGS if leg.deed in options.only or not options.only]
        rounds = rounds_of(known, legs, options.rounds, began + options.minutes * 60 - AFTERWARDS)
        for side in known:
            side.figures.once["resident"] = (pss_megabytes(side.at.roots), 0)
            if not side.is_peer:
                availability(side)
                side.figures.once["start"] = (side.at.starts_in, 0)
        try:
            by_browser(known)
        except Exception as fault:  # the rounds took ten minutes: they are told, whatever a page looks like now
            sys.stderr.write(f"the browser did not get through: {fault}\n")
        told = section({side.name: side.figures for side in known}, rounds, machine())
    sys.stdout.write(told)
    sys.stderr.write(f"{time.monotonic() - began:.0f} s\n")
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), told), encoding="utf-8")


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "?")
    day = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M}"
    return (
        f"{day}, {name}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
