# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run a command beside a PostgreSQL of its own: a spare port, a temporary folder, gone when the command ends.

usage: with_postgres.py COMMAND [ARGUMENT…]   (the command finds the address in MAZOT_DATABASE)
"""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Nothing here outlives the tests, so nothing has to survive a power cut.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=128MB", "max_connections=160")
MISSING = "PostgreSQL is not installed (initdb and postgres; Debian's package is called postgresql)"


def programs() -> Path | None:
    """The folder of initdb and postgres: on the path, or where Debian keeps its newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: _version(file.parent.parent.name))
    return kept[-1].parent if kept else None


def _version(name: str) -> int:
    digits = re.match(r"\d+", name)
    return int(digits.group()) if digits else 0


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A running server; gives its address as MAZOT_DATABASE wants it."""
    binaries = programs()
    if binaries is None:
        raise SystemExit(MISSING)
    with tempfile.TemporaryDirectory(prefix="mazot-postgres-") as folder:
        home = Path(folder)
        who = _unprivileged()
        password = secrets.token_urlsafe(24)
        cluster = _made(binaries, home, password, who)
        port = _spare_port()
        options = [*SPEED, "listen_addresses=127.0.0.1", "unix_socket_directories=", "log_min_messages=fatal"]
        command = [binaries / "postgres", "-D", cluster, "-p", str(port)]
        for option in options:
            command += ["-c", option]
        server = subprocess.Popen(command, stderr=(home / "log").open("wb"), cwd=home, **who)
        try:
            _await(server, port, home / "log")
            yield f"postgresql://mazot:{password}@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # "fast shutdown": it does not wait for its clients
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _made(binaries: Path, home: Path, password: str, who: dict[str, Any]) -> Path:
    """An empty cluster that only the password opens."""
    secret = home / "password"
    secret.touch(mode=0o600)
    secret.write_text(password, encoding="ascii")
    if who:
        for place in (home, secret):
            os.chown(place, who["user"], who["group"])
    cluster = home / "cluster"
    command = [binaries / "initdb", "--pgdata", cluster, "--username=mazot", f"--pwfile={secret}", "--no-sync"]
    command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, **who)
    secret.unlink()
    return cluster


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: whom to run it as instead, in the words of subprocess."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            person = pwd.getpwnam(name)
            return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise SystemExit("PostgreSQL does not run as root, and there is no other account (postgres or nobody) to run it as")


def _spare_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def main(command: list[str]) -> int:
    if not command:
        raise SystemExit(__doc__)
    # A terminated test run must still stop the server it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with postgres() as address:
        child = subprocess.Popen(command, env=os.environ | {"MAZOT_DATABASE": address})
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
