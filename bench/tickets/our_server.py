# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mazot as `mazot serve` runs it, on SQLite or on a PostgreSQL of its own, furnished for the bench."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peer_server import N_ORDERS, cluster, started

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 120


# A bench may run beside a Mazot that holds the usual ports of mail.
NO_MAIL = {f"MAZOT_{door}": "" for door in ("SMTP", "LMTP", "SUBMISSION", "IMAP", "SIEVE")}


@dataclass
class Ours:
    """Where it answers, what is in it, and the first process of each family."""

    port: int
    seeded: dict[str, Any]
    roots: list[int]
    starts_in: float  # seconds from the command to `ready`


@contextlib.contextmanager
def ours(folder: Path, *, on_postgres: bool) -> Iterator[Ours]:
    folder.mkdir(parents=True)
    data = folder / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
    environment |= {"MAZOT_DATA": str(data), "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1", **NO_MAIL}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with contextlib.ExitStack() as stack:
        roots = []
        if on_postgres:
            port, pid = stack.enter_context(cluster(folder))
            environment["MAZOT_DATABASE"] = f"postgresql://bench@127.0.0.1:{port}/postgres"
            roots.append(pid)
        words = [sys.executable, str(Path(__file__).with_name("our_seed.py")), str(N_ORDERS)]
        done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        if on_postgres:
            settle(environment["MAZOT_DATABASE"])
        began = time.monotonic()
        command = [sys.executable, "-m", "mazot", "serve", "--data", data, "--http", "127.0.0.1:0"]
        pid = stack.enter_context(started(command, folder, "serve", env=environment))
        port = port_in(folder / "serve.log")
        yield Ours(port, json.loads(done.stdout.splitlines()[-1]), [*roots, pid], time.monotonic() - began)


def settle(database: str) -> None:
    """What PostgreSQL does of itself within a minute of so many new rows, done before anything is measured."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def port_in(log: Path) -> int:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        said = log.read_text(encoding="utf-8", errors="replace")
        if re.search(r"^ready$", said, re.MULTILINE):
            found = re.search(r"ready http://[^:/\s]+:(\d+)", said)
            assert found is not None, said
            return int(found[1])
        time.sleep(0.05)
    raise SystemExit(f"mazot serve did not become ready:\n{log.read_text()}")
