# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organization of 10,000 people, 500 teams and 200 products: what its pages and questions cost on both databases.

`python bench/people/run.py [--rounds 20] [--quick] [--write docs/benchmarks.md]`
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]

from with_postgres import MISSING, postgres, programs  # noqa: E402

HEAD = "## People"
SIZE = (10_000, 500, 200)
QUICK = (5_000, 50, 40)
# What is measured: which figure is asked to be how small.
A_PAGE = {"wall": 150, "queries": 12}
ASKED = {
    "users page": A_PAGE,
    "users page, the last one": A_PAGE,
    "users page, searched": A_PAGE,
    "users page, only externals": A_PAGE,
    "users page, only one team": A_PAGE,
    "users page, without two-factor": A_PAGE,
    "users page, only the blocked": A_PAGE,
    "users page, by role": A_PAGE,
    "users page, by two-factor": A_PAGE,
    "users page, by last activity": A_PAGE,
    "users page, by joining": A_PAGE,
    "access of one person": {},
    "effective rights of one person": {"cpu": 5},
    "who can reach this product": {"wall": 100},
}
UNITS = {"quickest": "ms, quickest", "wall": "ms, median", "cpu": "ms of processor", "queries": "queries"}


def measured(size: tuple[int, int, int], rounds: int, database: str = "") -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="mazot-bench-") as data:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
        kept |= {"MAZOT_DATA": data, "DJANGO_SETTINGS_MODULE": "mazot.suite.settings"}
        kept |= {"MAZOT_DATABASE": database} if database else {}
        words = [str(number) for number in (*size, rounds)]
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("measure.py")), *words],
            env=kept,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.returncode)
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def table(found: dict[str, dict[str, Any]]) -> str:
    heads = [f"{database}: {unit}" for database in found for unit in UNITS.values()]
    rows = [f"| | {' | '.join(heads)} | asked |", "|---" * (len(heads) + 2) + "|"]
    for name, asked in ASKED.items():
        cells = [cell(told[name], figure, asked.get(figure)) for told in found.values() for figure in UNITS]
        limits = ", ".join(f"≤ {limit} {UNITS[figure]}" for figure, limit in asked.items())
        rows.append(f"| {name} | {' | '.join(cells)} | {limits} |")
    return "\n".join(rows)


def cell(told: dict[str, float], figure: str, limit: int | None) -> str:
    said = f"{told[figure]:.0f}" if figure == "queries" else f"{told[figure]:.1f}"
    return f"**{said}: missed**" if limit is not None and told[figure] > limit else said


def section(found: dict[str, dict[str, Any]], size: tuple[int, int, int], rounds: int) -> str:
    people, teams, products = size
    made = " and ".join(f"{told['made in']:.0f} s on {database}" for database, told in found.items())
    return f"""{HEAD}

One organization of {people:,} people, {teams} teams and {products} products, with some {people * 2:,} grants.
{rounds} rounds in one process, with the test client (no socket), after one that is not counted: quickest on the wall,
which is what the page takes while nobody else computes, then the medians on the wall and of the processor, without
PostgreSQL's own. The targets are for the medians. {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()}
processors, a shared machine (load {os.getloadavg()[0]:.1f}). Made in bulk in {made}.

{table(found)}

`mazot bench people` runs it again.
"""


def written(page: str, told: str) -> str:
    """The page with this section in the place of its old one, or at the end."""
    old = re.compile(rf"^{HEAD}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    return old.sub(lambda _: told + "\n", page).rstrip() + "\n" if old.search(page) else f"{page.rstrip()}\n\n{told}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="half of the people, a tenth of the teams")
    parser.add_argument("--write", type=Path, help="put the section into this Markdown file")
    options = parser.parse_args()
    size = QUICK if options.quick else SIZE
    found = {"SQLite": measured(size, options.rounds)}
    if programs() is None:
        sys.stderr.write(f"{MISSING}\n")
    else:
        with postgres() as database:
            found["PostgreSQL"] = measured(size, options.rounds, database)
    told = section(found, size, options.rounds)
    sys.stdout.write(told)
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), told), encoding="utf-8")


if __name__ == "__main__":
    main()
