# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hold the house rules over every file of the repository, or over the files that are named.

usage: lint_mazot.py [FILE …]
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from house import pages, words, writes
from house.pages import MODULE_GOAL
from house.rule import Fault, File, Rule

ROOT = Path(__file__).resolve().parent.parent
ENDINGS = {".py", ".html", ".css", ".ts", ".md", ".sh"}
RULES: tuple[type[Rule], ...] = (*writes.RULES, *words.RULES, *pages.RULES)


def tracked() -> list[str]:
    """Files of the repository, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [path for path in listed if Path(path).suffix in ENDINGS and (ROOT / path).is_file()]


def broken(files: Iterable[File], rules: Iterable[type[Rule]] = RULES) -> Iterator[tuple[File, type[Rule], Fault]]:
    """Every fault of every rule, file by file."""
    made = [rule() for rule in rules]
    for file in files:
        for rule in made:
            if rule.looks_at(file):
                for fault in rule.faults(file):
                    yield file, type(rule), fault


def main(named: list[str]) -> int:
    files = [File(path, (ROOT / path).read_text(encoding="utf-8")) for path in named or tracked()]
    count = 0
    for file, rule, fault in broken(files):
        count += 1
        print(f"{file.path}:{fault.line}: {fault.what}\n    {rule.sentence} [{rule.__name__}]")
    for file in files:
        if file.path.endswith(".py") and "/migrations/" not in file.path and len(file.lines) > MODULE_GOAL:
            print(f"{file.path}: {len(file.lines)} lines; at {MODULE_GOAL} a file becomes a folder (no fault yet)")
    if count:
        print(f"{count} faults")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
