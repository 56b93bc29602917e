# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run every test: the suite on SQLite and on PostgreSQL, the islands, then the browser and the outside clients.

What a part needs from the system is installed by name where this machine lets us (Debian, as root), else the part is
skipped with one line. With MAZOT_CI=1 a missing tool is a failure. The closing line adds up all parts.
"""

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from with_postgres import MISSING, programs

ROOT = Path(__file__).resolve().parent.parent
STRICT = bool(os.environ.get("MAZOT_CI"))
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
BESIDE_POSTGRES = [sys.executable, str(ROOT / "tools" / "with_postgres.py")]
SECOND_ATTEMPT = ["-p", "tests.second_attempt"]  # only where a shared machine can spoil a test that is right
SUITE = ["-m", "not browser and not client"]
PROCESSES = [  # start, kill and wait for Mazot's processes: seconds in which the processor is free for another part
    "tests/durability",
    *(f"src/mazot/suite/tests/test_{name}.py" for name in ("supervisor", "front_door", "check")),
]
BY_TWO = ["-n", "2", "--dist", "worksteal"]  # the forge has two cores
IN_PROCESS = [*SUITE, *BY_TWO, *(f"--ignore={path}" for path in PROCESSES)]
AGAIN = ["-p", "tests.once"]  # on a second database only what asks for one
RUNNING: list[subprocess.Popen[str]] = []
NUMBERS = re.compile(r"(\d+) (passed|failed|skipped|errors?|rerun|xfailed|xpassed|deselected)")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

# program or file that proves it, Debian's package
WANTED = (
    ("initdb", "postgresql"),
    ("chromium", "chromium"),
    ("litmus", "litmus"),
    ("cadaver", "cadaver"),
    ("rclone", "rclone"),
    ("mbsync", "isync"),
    ("/usr/lib/dovecot/imap", "dovecot-imapd"),
    ("sieve-test", "dovecot-sieve"),
    ("/usr/lib/dovecot/lmtp", "dovecot-lmtpd"),
    ("/usr/sbin/postfix", "postfix"),
    ("offlineimap", "offlineimap3"),
    ("mutt", "mutt"),
    ("swaks", "swaks"),
    ("/usr/sbin/clamd", "clamav-daemon"),
    ("/usr/sbin/spamd", "spamd"),
    ("rspamd", "rspamd"),
    ("/usr/include/libsecret-1/libsecret/secret.h", "libsecret-1-dev"),
)


@dataclass
class Part:
    name: str
    command: list[str]
    minutes: int
    skip: str = ""
    beside: bool = False  # runs while the part before it runs; what it prints is shown after that one's
    numbers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    failed: bool = False


def main() -> int:
    install_what_is_missing()
    only = sys.argv[1:]
    parts = [part for part in plan() if not only or any(word in part.name for word in only)]
    started = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="mazot-tests-") as folder, ThreadPoolExecutor() as lanes:
        try:
            run_all(parts, Path(folder), lanes)
        except KeyboardInterrupt:
            for child in RUNNING:
                end(child, why="stopped\n")
    return close(parts, time.monotonic() - started)


def run_all(parts: list[Part], folder: Path, lanes: ThreadPoolExecutor) -> None:
    """Each part in its turn, with those that may run beside it."""
    while parts_left := [part for part in parts if not part.seconds]:
        first, *others = parts_left
        together = [first, *itertools.takewhile(lambda part: part.beside, others)]
        runs = [lanes.submit(run, part, folder, aloud=part is first) for part in together]
        for part, done in zip(together, runs, strict=True):
            told = done.result()
            if part is not first:
                say(part.name)
                print(told, end="", flush=True)


def plan() -> list[Part]:
    """The parts in the order they run. Their minutes only end what hangs; an hour is the most for all of them."""
    no_database = "" if programs() else MISSING
    return [
        Part("suite on SQLite", [*PYTEST, *IN_PROCESS], 30),
        Part(
            "suite on PostgreSQL",
            [*BESIDE_POSTGRES, *PYTEST, *IN_PROCESS, *AGAIN],
            30,
            skip=no_database,
        ),
        Part("processes", [*PYTEST, *SUITE, *PROCESSES], 20, beside=True),
        Part("islands", ["npm", "test", "--silent"], 5),
        Part("browser and outside clients", [*PYTEST, *SECOND_ATTEMPT, "-m", "browser or client"], 22),
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


def run(part: Part, folder: Path, *, aloud: bool) -> str:
    """Run one part, aloud or keeping what it prints, and read its closing line."""
    started = time.monotonic()
    kept: list[str] = []

    def hear(line: str) -> None:
        if aloud:
            print(line, end="", flush=True)
        else:
            kept.append(line)

    if aloud:
        say(part.name)
    if part.skip:
        hear(f"skipped: {part.skip}\n")
        part.failed = STRICT
        part.seconds = time.monotonic() - started
        return "".join(kept)
    child = subprocess.Popen(
        part.command,
        cwd=ROOT,
        env=surroundings(folder / part.name.replace(" ", "-")),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # so that a part that hangs is ended with all it started
    )
    RUNNING.append(child)
    limit = threading.Timer(part.minutes * 60, end, [child, hear, f"{part.name}: over {part.minutes} minutes, ended\n"])
    limit.start()
    closing = ""
    assert child.stdout
    for line in child.stdout:
        hear(line)
        if (plain := COLOURS.sub("", line)) and NUMBERS.search(plain):
            closing = plain
    child.wait()
    part.seconds = time.monotonic() - started
    limit.cancel()
    count(part, closing, child.returncode)
    return "".join(kept)


def surroundings(data: Path) -> dict[str, str]:
    """A data folder of its own; compiled Python is kept beside the clone, for the dozens of processes tests start."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    bytecode = str(ROOT / ".stamps" / "bytecode")
    return {"PYTHONPYCACHEPREFIX": bytecode} | kept | {"MAZOT_DATA": str(data), "PYTHONUNBUFFERED": "1"}


def count(part: Part, closing: str, code: int) -> None:
    """Take the numbers of a closing line; a part that broke before or after its tests has an error too."""
    for number, what in NUMBERS.findall(closing):
        part.numbers["error" if what == "errors" else what] += int(number)
    part.failed = code != 0
    if part.failed and not part.numbers["failed"] + part.numbers["error"]:
        part.numbers["error"] += 1


def end(child: subprocess.Popen[str], hear: Callable[[str], None] = print, why: str = "") -> None:
    """End a part and everything it started."""
    if child.poll() is not None:
        return
    hear(why)
    os.killpg(child.pid, signal.SIGTERM)
    try:
        child.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)


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
    order = ("failed", "passed", "rerun", "skipped", "xfailed", "xpassed", "error")
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
