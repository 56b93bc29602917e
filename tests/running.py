# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real `mazot serve` for tests that speak to it from outside: on a free port, with a data folder of its own.

    def test_it_answers(running):
        httpx.get(running.base_url + "/healthz")
        people = running.demo()["people"]

    with running_mazot() as mazot:
        mazot.kill()

With MAZOT_DATABASE set, the server gets a database of its own on that PostgreSQL.
"""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mazot.foundation.ids import new_secret

ROOT = Path(__file__).resolve().parent.parent
DOORS = ("smtp", "lmtp", "submission", "imap", "sieve")
# Two servers on one machine cannot share the usual ports: tests let the system choose, or turn mail off.
ANY_PORTS = {f"MAZOT_{door.upper()}": "127.0.0.1:0" for door in DOORS}
NO_MAIL = {f"MAZOT_{door.upper()}": "" for door in DOORS}
READY_WITHIN = 240.0  # seconds; ten are usual


class Running:
    """A running Mazot and what it says."""

    def __init__(
        self, data: Path, *, database: str = "", flags: tuple[str, ...] = (), http: str = "127.0.0.1:0"
    ) -> None:
        self.data, self.database, self.flags, self.http = data, database, flags, http
        self.lines: list[str] = []
        self.base_url = ""
        self.doors: dict[str, tuple[str, int]] = {}  # where each door of mail answers: {"imap": ("127.0.0.1", 41234)}
        self.process: subprocess.Popen[str]
        self._said: queue.Queue[str] = queue.Queue()

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        kept |= {"MAZOT_DATA": str(self.data), "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
        kept |= ANY_PORTS
        return kept | ({"MAZOT_DATABASE": self.database} if self.database else {})

    def start(self) -> None:
        """Start, and come back when every role answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mazot", "serve", "--data", str(self.data), "--http", self.http, *self.flags],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self.wait_for("ready", is_whole_line=True)
        told = next(line for line in self.lines if line.startswith("web") and "| ready http" in line)
        self.base_url = told.split("ready ", 1)[1].strip()
        self.http = self.base_url.removeprefix("http://")  # the same port after a restart
        self.doors = doors_in("\n".join(self.lines))

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._said.put(line.rstrip("\n"))

    def wait_for(self, words: str, *, within: float = READY_WITHIN, is_whole_line: bool = False) -> str:
        """The next line that holds the words, from here on; fails with all lines when none comes."""
        deadline = time.monotonic() + within
        while True:
            try:
                line = self._said.get(timeout=0.2)
            except queue.Empty:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"{words!r} was not said; what was:\n" + "\n".join(self.lines))
                continue
            if line == words or (words in line and not is_whole_line):
                return line

    def stop(self) -> int:
        """Stop in order; answer the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90)

    def kill(self) -> None:
        """End the supervisor as a power cut would."""
        self.process.kill()
        self.process.wait(60)

    def children(self) -> dict[str, int]:
        """The process of each role."""
        found = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
                words = stat.with_name("cmdline").read_bytes().split(b"\0")
            except (OSError, IndexError):
                continue
            if parent == self.process.pid and b"mazot.suite.role" in words:
                found[words[words.index(b"mazot.suite.role") + 1].decode()] = int(stat.parent.name)
        return found

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another `mazot` command on the same data."""
        command = [sys.executable, "-m", "mazot", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=240, check=False)

    def demo(self) -> dict[str, Any]:
        """Furnish the demo organization (once) and answer what `mazot demo` prints."""
        if not hasattr(self, "_demo"):
            done = self.run("demo", "--data", str(self.data))
            assert done.returncode == 0, done.stderr
            self._demo: dict[str, Any] = json.loads(done.stdout)
        return self._demo


def doors_in(told: str) -> dict[str, tuple[str, int]]:
    """Where the doors of mail answer, by the newest ready line of their role."""
    lines = re.findall(r"^mail +\| ready (.+)$", told, re.MULTILINE)
    found = (urlsplit(url) for url in lines[-1].split()) if lines else ()
    return {url.scheme: (str(url.hostname), int(url.port or 0)) for url in found}


@contextmanager
def own_database() -> Iterator[str]:
    """A new database on the PostgreSQL of the tests, or SQLite when there is none."""
    server = os.environ.get("MAZOT_DATABASE", "")
    if not server:
        yield ""
        return
    import psycopg

    name = f"running_{new_secret(letters=8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def running_mazot(*flags: str) -> Iterator[Running]:
    """A Mazot of one's own, for tests that stop it, kill it or set it up another way."""
    data = Path(tempfile.mkdtemp(prefix="mazot-"))
    with own_database() as database:
        mazot = Running(data, database=database, flags=flags)
        try:
            mazot.start()
            yield mazot
        finally:
            if hasattr(mazot, "process"):
                mazot.stop()
            shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One Mazot for all tests that leave it as it was."""
    with running_mazot() as mazot:
        yield mazot


Await = Callable[[], Any]


def soon(happens: Await, *, within: float = 30.0) -> Any:
    """What a condition answers once it is true; fails when it never is."""
    deadline = time.monotonic() + within
    while not (found := happens()):
        if time.monotonic() > deadline:
            pytest.fail("it did not happen in time")
        time.sleep(0.05)
    return found
