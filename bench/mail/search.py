# SPDX-License-Identifier: AGPL-3.0-or-later
"""The search in mail, on both databases: what the index of 100,000 letters costs, and what it answers how fast.

`python bench/mail/search.py [--letters 100000] [--rounds 20] [--write docs/benchmarks.md]`
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

HEAD = "## Mail: search"
ASKED = 5.0  # milliseconds of the newest 50


def measured(letters: int, rounds: int, database: str = "") -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="mazot-bench-") as data:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
        kept |= {"MAZOT_DATA": data} | ({"MAZOT_DATABASE": database} if database else {})
        program = [sys.executable, str(Path(__file__).with_name("searching.py")), str(letters), str(rounds)]
        done = subprocess.run(program, env=kept, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def section(found: dict[str, dict[str, Any]], letters: int, rounds: int) -> str:
    rows = [f"| | {' | '.join(found)} | asked |", "|---" * (len(found) + 2) + "|"]
    for name in next(iter(found.values()))["figures"]:
        limit = None if name.startswith("SEARCH") else ASKED
        cells = [cell(told["figures"][name], limit) for told in found.values()]
        rows.append(f"| {name}, ms | {' | '.join(cells)} | {f'≤ {limit:.0f} ms' if limit else ''} |")
    cpu = " | ".join(f"{one['cpu']:.1f} ms" for one in found.values())
    rows.append(f"| processor of the index, a letter | {cpu} | |")
    sizes = " | ".join(f"{one['bytes'] / 1e6:.0f} MB" for one in found.values())
    rows.append(f"| index and kept texts | {sizes} | |")
    return f"""{HEAD}

{letters:,} letters of some 1.7 kB in one store, their words as frequent as those of a language: one in a hundred has
the rare word, one in four the common one. Milliseconds on the wall, in one process and without a socket: median of
{rounds}, the quickest, and how many letters were found. The processor's share is Mazot's own, without PostgreSQL's.
{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} processors, a shared machine (load
{os.getloadavg()[0]:.1f}).

{chr(10).join(rows)}

`python bench/mail/search.py` runs it again.
"""


def cell(told: dict[str, float], limit: float | None) -> str:
    said = f"{told['median']:.1f} ({told['quickest']:.1f}; {told['hits']:,.0f})"
    return f"**{said}: missed**" if limit is not None and told["median"] > limit else said


def written(page: str, told: str) -> str:
    """The page with this section in the place of its old one, or at the end."""
    old = re.compile(rf"^{HEAD}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    return old.sub(lambda _: told + "\n", page).rstrip() + "\n" if old.search(page) else f"{page.rstrip()}\n\n{told}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", type=Path, help="put the section into this Markdown file")
    parser.add_argument("--only", choices=("SQLite", "PostgreSQL"), help="one database alone")
    options = parser.parse_args()
    found = {}
    if options.only != "PostgreSQL":
        found["SQLite"] = measured(options.letters, options.rounds)
    if options.only != "SQLite":
        if programs() is None:
            sys.stderr.write(f"{MISSING}\n")
        else:
            with postgres() as database:
                found["PostgreSQL"] = measured(options.letters, options.rounds, database)
    told = section(found, options.letters, options.rounds)
    sys.stdout.write(told)
    if options.write:
        options.write.write_text(written(options.write.read_text(encoding="utf-8"), told), encoding="utf-8")


if __name__ == "__main__":
    main()
