# SPDX-License-Identifier: AGPL-3.0-or-later
"""A real `mazot serve` with the cast inside, in its own process and data folder, on the database of this test run."""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from tests.running import ANY_PORTS, doors_in
from tests.template import put_into

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 240.0  # seconds; ten are usual, a busy machine with PostgreSQL needs more


@dataclass
class Served:
    """Where it answers, who may sign in, and what the folder holds."""

    host: str
    port: int
    data: Path
    people: dict[str, dict[str, str]]
    environment: dict[str, str] = field(repr=False)
    pid: int = 0
    doors: dict[str, tuple[str, int]] = field(default_factory=dict)  # of mail: {"imap": ("127.0.0.1", 41234)}

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def url_of(self, person: str) -> str:
        return self.address + self.people[person]["webdav"]

    def change(self, verb: str, *arguments: str) -> dict[str, Any]:
        """One deed of tests.furnish while the server runs."""
        return furnish(self.environment, verb, *arguments)


def furnish(environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.furnish", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=STARTS_WITHIN,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextlib.contextmanager
def database_for(environment: dict[str, str]) -> Iterator[None]:
    """On PostgreSQL a database of its own beside the test run's; on SQLite the one in the data folder."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        environment.pop("MAZOT_DATABASE", None)
        yield
        return
    import psycopg
    from psycopg import sql

    name = f"served_{uuid4().hex[:12]}"
    url = settings.MAZOT.database
    environment["MAZOT_DATABASE"] = url.rpartition("/")[0] + "/" + name
    with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def serving(data: Path, **told: str) -> Iterator[Served]:
    """Furnish the folder, serve it with the settings it is told, and leave no process behind."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "MAZOT_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "mazot.suite.settings",
        **ANY_PORTS,
        **{f"MAZOT_{name.upper()}": value for name, value in told.items()},
    }
    environment.pop("MAZOT_PUBLIC_URL", None)
    with database_for(environment):
        put_into(data)
        people = furnish(environment)
        with (data / "serve.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "mazot", "serve", "--data", str(data), "--http", "127.0.0.1:0"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        try:
            port, doors = _places_when_ready(process, data)
            yield Served("127.0.0.1", port, data, people, environment, process.pid, doors)
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
            process.kill()
            process.wait()


def _places_when_ready(process: "subprocess.Popen[bytes]", data: Path) -> tuple[int, dict[str, tuple[str, int]]]:
    """Read its lines until it says ready, and go on reading in the background so that it never blocks."""
    assert process.stdout is not None
    until, seen, waiting = time.monotonic() + STARTS_WITHIN, b"", selectors.DefaultSelector()
    waiting.register(process.stdout, selectors.EVENT_READ)
    while time.monotonic() < until and not re.search(rb"^ready", seen, re.MULTILINE):
        if waiting.select(1):
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                break
            seen += piece
    told = re.search(rb"http://[^:/\s]+:(\d+)", seen)
    assert told, f"mazot serve did not become ready:\n{seen.decode()}\n{(data / 'serve.log').read_text()}"
    import threading

    threading.Thread(target=_drain, args=(process.stdout, data / "serve.out"), daemon=True).start()
    return int(told[1]), doors_in(seen.decode())


def _drain(stream: Any, into: Path) -> None:
    with into.open("wb", buffering=0) as file:
        for line in stream:
            with contextlib.suppress(OSError):  # some tests leave no room on the disk
                file.write(line)
