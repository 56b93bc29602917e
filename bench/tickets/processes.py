# SPDX-License-Identifier: AGPL-3.0-or-later
"""What process families cost: processor time and memory, read from /proc."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
IDLE = 0.03  # seconds of processor in a second: below it nothing is worked on


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat behind the name, so that [11] is utime; zeros for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def family_of(roots: Iterable[int]) -> list[int]:
    parents = {int(folder.name): int(stat_of(int(folder.name))[1]) for folder in Path("/proc").glob("[0-9]*")}
    family = list(roots)
    for member in family:
        family += [child for child, parent in parents.items() if parent == member and child not in family]
    return family


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system time of the families, with what their ended children used."""
    return sum(sum(map(int, stat_of(pid)[11:15])) for pid in family_of(roots)) / TICKS


def wait_until_idle(roots: list[int], *, within: float = 60.0) -> None:
    until = time.monotonic() + within
    while time.monotonic() < until:
        before = cpu_seconds(roots)
        time.sleep(1.0)
        if cpu_seconds(roots) - before < IDLE:
            return


def pss_megabytes(roots: Iterable[int]) -> float:
    """Memory of the families, what several share counted once in all (smaps_rollup's Pss)."""
    total = 0
    for pid in family_of(roots):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def ruler() -> float:
    """Milliseconds of a fixed loop: how fast the machine is right now."""
    began, x = time.process_time(), 0
    for i in range(1_000_000):
        x += i * i % 7
    return (time.process_time() - began) * 1000
