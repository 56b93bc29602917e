# SPDX-License-Identifier: AGPL-3.0-or-later
"""`mazot check`: what can be wrong with this installation, each with its fix."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mazot.suite.configuration import Configuration

# 3.7.0 to 3.51.2 can corrupt a database in WAL mode with several writers; 3.51.3 has the fix.
SAFE_SQLITE = (3, 51, 3)
OLDEST_POSTGRESQL = 15
ROOM_WANTED = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    about: str
    fine: bool
    said: str
    fix: str = ""


def look_around(configuration: Configuration) -> Iterator[Finding]:
    """What can be seen from outside: settings, folder, disk, ports, certificate."""
    yield from _settings(configuration)
    yield from _folder(configuration.data)
    yield _room(configuration.data)
    yield from _ports(configuration)
    yield from _certificate(configuration)


def look_inside() -> Iterator[Finding]:
    """What the running program would meet; what an earlier fault hides is left out."""
    yield _front_end()
    reached = list(_database())
    yield from reached
    if all(finding.fine for finding in reached):
        yield _tables()
        yield from _queues()


def _settings(configuration: Configuration) -> Iterator[Finding]:
    yield Finding("settings", True, f"people reach this server at {configuration.address}")
    host = configuration.http.rpartition(":")[0].strip("[]")
    if host not in ("127.0.0.1", "localhost", "::1") and not configuration.is_secure:
        yield Finding(
            "encryption",
            False,
            f"the server listens on {configuration.http} for other machines, and its address is not https",
            "Put a proxy with TLS in front, and set public_url to its https:// address.",
        )


def _folder(data: Path) -> Iterator[Finding]:
    if not data.is_dir():
        said = f"{data} is not there yet"
        yield Finding("data folder", False, said, "Name another with --data, or start `mazot serve`, which makes it.")
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("data folder", False, f"{data} cannot be written to", "Give it to this user.")
        return
    yield Finding("data folder", True, str(data))
    keys = data / "keys"
    open_keys = [key for key in (keys, *keys.glob("*")) if key.exists() and key.stat().st_mode & 0o077]
    if open_keys:
        yield Finding("keys", False, f"others may read {open_keys[0]}", f"chmod -R go= {keys}")
    else:
        yield Finding("keys", True, "only this user may read them")


def _room(data: Path) -> Finding:
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / 1024**3:.1f} GiB free"
    return Finding("disk", free >= ROOM_WANTED, said, f"Make at least {ROOM_WANTED // 1024**3} GiB of room on {place}.")


def _ports(configuration: Configuration) -> Iterator[Finding]:
    from mazot.suite import doors
    from mazot.suite.listening import CannotServe, listen
    from mazot.suite.supervisor import hold_data_folder

    for flag, address in {"http": configuration.http, **doors.addresses(configuration)}.items():
        about = "port" if flag == "http" else f"{flag} port"
        try:
            listen(address, flag=flag).close()
        except CannotServe as error:
            try:
                hold_data_folder(configuration.data).close()
            except CannotServe:
                yield Finding(about, True, f"{address} is served by the Mazot that runs on this folder")
                continue
            yield Finding(about, False, str(error), f"Choose another with --{flag} HOST:PORT or MAZOT_{flag.upper()}.")
            continue
        yield Finding(about, True, f"{address} is free")


def _certificate(configuration: Configuration) -> Iterator[Finding]:
    from mazot.suite import doors
    from mazot.suite.listening import CannotServe

    try:
        if doors.tls_of(configuration) is not None:
            yield Finding("certificate", True, f"{configuration.certificate} and its key can be used")
    except CannotServe as error:
        yield Finding("certificate", False, str(error), "Name a PEM chain and its key that this user may read.")


def _front_end() -> Finding:
    from django.conf import settings

    manifest = settings.BUILT / ".vite" / "manifest.json"
    built = manifest.is_file() or (settings.BUILT / "manifest.json").is_file()
    return Finding("front end", built, "built" if built else "not built", "Run `make setup`, or install a release.")


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        fix = "Start it, and look at MAZOT_DATABASE; for SQLite, look at the data folder."
        yield Finding("database", False, f"it does not answer: {str(error).strip()}", fix)
        return
    if connection.vendor == "sqlite":
        yield _sqlite_version(tuple(sqlite3.sqlite_version_info))
    else:
        version = getattr(connection, "pg_version", 0) // 10000
        fix = f"Use PostgreSQL {OLDEST_POSTGRESQL} or newer."
        yield Finding("database", version >= OLDEST_POSTGRESQL, f"PostgreSQL {version}", fix)


def _sqlite_version(version: tuple[int, ...]) -> Finding:
    said = f"SQLite {'.'.join(map(str, version))}"
    if version >= SAFE_SQLITE:
        return Finding("database", True, said)
    said += " can corrupt a database with several writers (fixed in 3.51.3)"
    return Finding("database", False, said, "Install pysqlite3, which brings a safe SQLite, into this environment.")


def _tables() -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    said = f"{len(missing)} steps behind this version" if missing else "as this version wants them"
    return Finding("tables", not missing, said, "Start `mazot serve`: it brings them up to date.")


def _queues() -> Iterator[Finding]:
    from django.db import DatabaseError

    from mazot.foundation import job_queue, outbox

    looks: tuple[tuple[str, Callable[[], int]], ...] = (
        ("facts", lambda: len(outbox.parked())),
        ("jobs", lambda: len(job_queue.given_up())),
    )
    for about, count in looks:
        try:
            n_given_up = count()
        except DatabaseError:
            return  # the tables are not there yet; the finding above says so
        fix = "The log says why. After the cause is gone: mazot retry."
        said = f"{n_given_up} were given up" if n_given_up else "none was given up"
        yield Finding(about, not n_given_up, said, fix)
