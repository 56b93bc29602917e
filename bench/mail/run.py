# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mazot's mail beside Debian's Dovecot: the same 10,000 letters, operation by operation in turn.

`python bench/mail/run.py [--rounds 7] [--only WORD] [--write docs/benchmarks.md]`. Each figure is a median; the
targets are for the wall, as the issue has them, and say something on a quiet machine only. Processor time is beside.
"""

import argparse
import contextlib
import datetime
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(Path(__file__).parent)]

from crowds import IDLERS, idling, letters_in  # noqa: E402
from operations import BOX, OPERATIONS, Operation, furnish  # noqa: E402
from servers import Server, dovecot, mazot  # noqa: E402
from talk import Line  # noqa: E402

HEAD = "## Mail"
SLOW_ROUNDS = 3
LETTERS_A_SECOND, IDLE_MIB = 150, 150
Figures = dict[str, dict[str, list[tuple[float, float]]]]  # by operation, by server: seconds on the wall, of processor


def measure(servers: list[Server], operations: list[Operation], rounds: int) -> Figures:
    """One round that is not counted, then the others; the servers take turns, and begin in turn."""
    found: Figures = {one.name: {server.name: [] for server in servers} for one in operations}
    lines = {server.name: Line(server).log_in() for server in servers}
    for line in lines.values():
        line.ask(b"SELECT " + BOX)
    for round_ in range(rounds + 1):
        for operation in operations:
            if operation.is_slow and round_ > SLOW_ROUNDS:
                continue
            for server in servers if round_ % 2 else servers[::-1]:
                figures = timed(server, lines[server.name], operation, round_)
                if round_:
                    found[operation.name][server.name].append(figures)
        sys.stderr.write(f"round {round_} of {rounds}\n")
    return found


def timed(server: Server, line: Line, operation: Operation, round_: int) -> tuple[float, float]:
    cpu, begun = server.cpu(), time.perf_counter()
    for time_ in range(operation.times):
        operation.do(line, round_ * operation.times + time_)
    took = time.perf_counter() - begun
    return took / operation.times, (server.cpu() - cpu) / operation.times


def table(found: Figures, operations: list[Operation]) -> str:
    rows = [
        "| operation | Mazot, wall | Dovecot, wall | Mazot, CPU | Dovecot, CPU | speed, wall | speed, CPU | asked |",
        "|---" * 8 + "|",
    ]
    for operation in operations:
        ours, theirs = (
            [statistics.median(figure) * 1000 for figure in zip(*found[operation.name][name], strict=True)]
            for name in ("Mazot", "Dovecot")
        )
        speed = [their / max(our, 0.001) for our, their in zip(ours, theirs, strict=True)]
        kept = speed[0] >= operation.asked and not 0 < operation.at_most_ms <= ours[0]
        asked = f"≥ {operation.asked:g}×" + (f", < {operation.at_most_ms:g} ms" if operation.at_most_ms else "")
        rows.append(
            f"| {operation.name} | {ours[0]:.1f} ms | {theirs[0]:.1f} ms | {ours[1]:.1f} ms | {theirs[1]:.1f} ms | "
            f"{speed[0]:.2f}× | {speed[1]:.2f}× | {asked}: {'kept' if kept else '**missed**'} |"
        )
    return "\n".join(rows)


def section(told: str, rate: float, cost: float, idle: float, rounds: int) -> str:
    cpu = next((line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), "?")
    verdicts = ["kept" if kept else "**missed**" for kept in (rate >= LETTERS_A_SECOND, idle <= IDLE_MIB)]
    return f"""{HEAD}

Beside Debian's Dovecot 2.3 with Maildir, both filled through their own doors with the same 10,000 letters (some 15 kB,
one in eight with a paper), plain TCP on loopback, all caches warm, our index of words ready. Medians of {rounds}
rounds (of {SLOW_ROUNDS} where letters are searched through), the servers in turn; CPU is user and system time of all
processes of a server. Speed is
Dovecot's time by ours: above 1 we are faster. {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M}, {cpu},
{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Linux {platform.release()}, Python
{platform.python_version()}.

{told}

- Letters in by SMTP, 15 kB, eight senders on loopback (who vouches for them is not asked there), each on disk, synced
  and in its inbox before its 250: {rate:.0f} a second, {cost:.1f} ms of processor each (asked ≥ {LETTERS_A_SECOND} a
  second: {verdicts[0]}).
- {IDLERS} programs that wait with IDLE: {idle:.0f} MiB more, all processes (asked ≤ {IDLE_MIB} MiB: {verdicts[1]}).
- Ours: SQLite, supervisor, web, mail and worker together; a letter and the log of the database are synced at each
  APPEND.
- Dovecot: its settings as they come; each letter is synced; its password in plain text costs it nothing; no plugin
  that searches.

`mazot bench mail` runs it again.
"""


def written(page: str, told: str) -> str:
    """The page with this section in the place of its old one, or at the end."""
    old = re.compile(rf"^{HEAD}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    return old.sub(lambda _: told + "\n", page).rstrip() + "\n" if old.search(page) else f"{page.rstrip()}\n\n{told}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="", help="operations whose name holds this word; nothing is written")
    parser.add_argument("--write", type=Path, help="put the section into this Markdown file")
    parser.add_argument("--folder", type=Path, help="where the servers keep their files (a temporary folder)")
    options = parser.parse_args()
    operations = [one for one in OPERATIONS if options.only in one.name]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=options.folder, prefix="mazot-bench-")))
        os.environ |= {"MAZOT_DATA": str(folder / "settings"), "DJANGO_SETTINGS_MODULE": "mazot.suite.settings"}
        servers = [stack.enter_context(start(folder / start.__name__)) for start in (mazot, dovecot)]
        for server in servers:
            begun = time.monotonic()
            furnish(server)
            sys.stderr.write(f"{server.name}: filled in {time.monotonic() - begun:.0f} s\n")
        sys.stderr.write(f"The index was ready {servers[0].wait_for_index():.0f} s later.\n")
        told = table(measure(servers, operations, options.rounds), operations)
        if options.only:
            sys.stdout.write(told + "\n")
            return
        rate, cost = letters_in(servers[0])
        whole = section(told, rate, cost, idling(servers[0]), options.rounds)
    sys.stdout.write(whole)
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), whole), encoding="utf-8")


if __name__ == "__main__":
    main()
