# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two thousand people and six hundred seats: the opening of a sale over HTTP, with a waiting room.

`python bench/opening/run.py [--people 2000] [--size 100] [--postgres] [--seconds 40]`

Three of five gather before the opening and draw their places, the others come in the half minute after it. Each loads
the page's own files, asks as the page would, looks and types for some seconds, and confirms three times. The people
run on this machine too. Exits with 1 when something was sold twice, an answer was an error, or a seat stayed.
"""

import argparse
import asyncio
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "bench" / "tickets"), str(ROOT / "tools"), str(ROOT / "src")]

from our_server import NO_MAIL, port_in, settle  # noqa: E402
from peer_server import cluster, started  # noqa: E402
from people import Seen, crowd  # noqa: E402
from processes import cpu_seconds, pss_megabytes, ruler  # noqa: E402

STARTS_WITHIN = 25  # seconds the server has before the first of them comes


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=2000)
    asked.add_argument("--size", type=int, default=100)
    asked.add_argument("--seconds", type=float, default=40.0, help="how long people gather")
    asked.add_argument("--postgres", action="store_true")
    words = asked.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 3 * words.people + 200)), hard))
    with tempfile.TemporaryDirectory(prefix="opening-") as folder, contextlib.ExitStack() as stack:
        return opened(Path(folder), stack, words)


def opened(folder: Path, stack: contextlib.ExitStack, words: argparse.Namespace) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
    environment |= {
        "MAZOT_DATA": str(folder / "data"),
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
        **NO_MAIL,
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    roots = []
    if words.postgres:
        port, pid = stack.enter_context(cluster(folder))
        environment["MAZOT_DATABASE"] = f"postgresql://bench@127.0.0.1:{port}/postgres"
        roots.append(pid)
    wait = STARTS_WITHIN + words.seconds
    made = told(environment, "make", str(words.size), str(wait))
    opens_at = time.monotonic() + wait
    if words.postgres:
        settle(environment["MAZOT_DATABASE"])
    command = [sys.executable, "-m", "mazot", "serve", "--data", folder / "data", "--http", "127.0.0.1:0"]
    roots.append(stack.enter_context(started(command, folder, "serve", env=environment)))
    port = port_in(folder / "serve.log")
    speed, before = ruler(), cpu_seconds(roots)
    early = words.people * 3 // 5
    late = words.people - early
    seen = asyncio.run(
        crowd(port, made["event"], early=early, late=late, opens_in=opens_at - time.monotonic(), arrives_within=30)
    )
    cpu, memory = cpu_seconds(roots) - before, pss_megabytes(roots)
    sold = told(environment, "check", made["shop"])
    tell(seen, sold, words, f"{cpu:.0f} s of processor, {memory:.0f} MB resident; a fixed loop took {speed:.0f} ms")
    return int(bool(seen.faults) or sold != {"orders": len(seen.orders), "seats": 600, "twice": 0})


def told(environment: dict[str, str], *words: str) -> dict[str, str]:
    command = [sys.executable, str(Path(__file__).with_name("seed.py")), *words]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def tell(seen: Seen, sold: dict[str, str], words: argparse.Namespace, cost: str) -> None:
    where = "PostgreSQL" if words.postgres else "SQLite"
    print(f"{words.people} people, {words.size} choose at once, {where}: {cost}")
    print("| | asked | median ms | p95 ms | most ms |\n|---|---|---|---|---|")
    for kind, took in sorted(seen.took.items()):
        took.sort()
        print(f"| {kind} | {len(took)} | {at(took, 0.5):.0f} | {at(took, 0.95):.0f} | {took[-1]:.0f} |")
    worst = sorted(seen.slow.items(), key=lambda line: -at(sorted(line[1]), 0.95))[:5]
    for number, took in worst:
        print(f"from second {number * 5}: {len(took)} queue pages, p95 {at(sorted(took), 0.95):.0f} ms")
    print(f"sold: {sold}; first to last order {seen.last_order_at - seen.first_order_at:.0f} s")
    print(f"confirmed again {seen.repeats} times, {len(seen.orders)} orders; people: {dict(seen.ends)}")
    print(f"faults: {len(seen.faults)} {seen.faults[:5]}")


def at(values: list[float], part: float) -> float:
    return values[min(len(values) - 1, int(len(values) * part))]


if __name__ == "__main__":
    raise SystemExit(main())
