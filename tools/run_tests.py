# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run every test: the suite on SQLite and on PostgreSQL, the islands, then the browser and the outside clients.

What a part needs from the system is installed by name where this machine lets us (Debian, as root), else the part is
skipped with one line. With MAZOT_CI=1 a missing tool is a failure. The closing line adds up all parts.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from with_postgres import MISSING, programs

ROOT = Path(__file__).resolve().parent.parent
STRICT = bool(os.environ.get("MAZOT_CI"))
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
BESIDE_POSTGRES = [sys.executable, str(ROOT / "tools" / "with_postgres.py")]
SUITE = ["-m", "not browser and not client"]
TOUCHES_NO_DATABASE = ["--ignore=src/mazot/wire", "--ignore=tests/architecture"]  # once is enough
NUMBERS = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed|deselected)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

# program or file that proves it, Debian's package
WANTED = (
    ("initdb", "postgresql"),
    ("chromium", "chromium"),
    ("litmus", "litmus"),
    ("cadaver", "cadaver"),
    ("rclone", "rclone"),
    ("/usr/include/libsecret-1/libsecret/secret.h", "libsecret-1-dev"),
)


@dataclass
class Part:
    name: str
    command: list[str]
    minutes: int
    skip: str = ""
    numbers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    failed: bool = False


def main() -> int:
    install_what_is_missing()
    only = sys.argv[1:]
    parts = [part for part in plan() if not only or any(word in part.name for word in only)]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mazot-tests-") as folder:
        for part in parts:
            run(part, Path(folder))
    return close(parts, time.monotonic() - started)


def plan() -> list[Part]:
    """The parts in the order they run."""
    no_database = "" if programs() else MISSING
    return [
        Part("suite on SQLite", [*PYTEST, *SUITE], 10),
        Part("suite on PostgreSQL", [*BESIDE_POSTGRES, *PYTEST, *SUITE, *TOUCHES_NO_DATABASE], 12, skip=no_database),
        Part("islands", ["npm", "test", "--silent"], 5),
        Part("browser and outside clients", [*PYTEST, "-m", "browser or client"], 25),
    ]


def missing() -> list[str]:
    """Debian packages whose proof is not on this machine."""
    absent = []
    for proof, package in WANTED:
        there = programs() if proof == "initdb" else Path(proof).exists() if "/" in proof else shutil.which(proof)
        if not there:
            absent.append(package)
    return absent


def install_what_is_missing() -> None:
    packages = missing()
    if not packages:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"installing {', '.join(packages)}")
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)  # type: ignore[call-overload]
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=False, **quiet)  # type: ignore[call-overload]
    for package in missing():
        say(f"not here: {package}; what needs it is {'failed' if STRICT else 'skipped'}")


def run(part: Part, folder: Path) -> None:
    """Run one part, show what it prints, and read its closing line."""
    say(part.name)
    if part.skip:
        print(f"skipped: {part.skip}", flush=True)
        part.failed = STRICT
        return
    data = folder / part.name.replace(" ", "-")
    started = time.monotonic()
    child = subprocess.Popen(
        part.command,
        cwd=ROOT,
        env=os.environ | {"MAZOT_DATA": str(data), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # so that a part that hangs is ended with all it started
    )
    signal.signal(signal.SIGALRM, lambda *_: end(child, part))
    signal.alarm(part.minutes * 60)
    closing = ""
    assert child.stdout
    try:
        for line in child.stdout:
            print(line, end="", flush=True)
            if (plain := COLOURS.sub("", line)) and NUMBERS.search(plain):
                closing = plain
        child.wait()
    finally:
        signal.alarm(0)
        end(child)
    part.seconds = time.monotonic() - started
    for number, what in NUMBERS.findall(closing):
        part.numbers[what.removesuffix("s") if what == "errors" else what] += int(number)
    part.failed = child.returncode != 0
    if part.failed and not part.numbers["failed"] + part.numbers["error"]:
        part.numbers["error"] += 1  # it broke before or after its tests: that is a failure too


def end(child: subprocess.Popen[str], late: Part | None = None) -> None:
    if late:
        print(f"{late.name}: not finished after {late.minutes} minutes, ended", flush=True)
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def close(parts: list[Part], seconds: float) -> int:
    """Print what each part gave, then one line in pytest's words for all of them."""
    say("all parts")
    total: Counter[str] = Counter()
    for part in parts:
        total += part.numbers
        told = part.skip or in_words(part.numbers)
        print(f"{'FAILED' if part.failed else 'ok':7}{part.name:30}{part.seconds:7.1f} s  {told}")
    if any(part.failed and not part.numbers for part in parts):
        total["error"] += 1
    failed = any(part.failed for part in parts)
    print(f"{in_words(total)} in {seconds:.2f}s", flush=True)
    return 1 if failed else 0


def in_words(numbers: Counter[str]) -> str:
    order = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
    told = [
        f"{numbers[what]} {what}{'s' if what == 'error' and numbers[what] > 1 else ''}"
        for what in order
        if numbers[what]
    ]
    return ", ".join(told) or "no tests ran"


def say(what: str) -> None:
    print(f"\n── {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
