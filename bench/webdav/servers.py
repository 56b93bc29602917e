# SPDX-License-Identifier: AGPL-3.0-or-later
"""The three servers of the comparison, each behind Basic authentication, each in its own folder of the same disk."""

import base64
import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LOGIN, SECRET = "bench", "bench-secret"
MODULES = Path("/usr/lib/apache2/modules")


@dataclass
class Server:
    """Where one answers, how to sign in, and which process is the first of its family."""

    name: str
    port: int
    path: str  # of the collection to work in, ends in "/"
    authorization: str
    pid: int
    note: str = ""
    results: dict[str, list[float]] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        """User and system time of the process and of all that descend from it."""
        ticks = os.sysconf("SC_CLK_TCK")
        return sum(sum(map(int, stat_of(pid)[11:15])) for pid in family_of(self.pid)) / ticks


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat behind the name, so that [11] is utime; zeros for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def family_of(pid: int) -> list[int]:
    parents = {int(folder.name): int(stat_of(int(folder.name))[1]) for folder in Path("/proc").glob("[0-9]*")}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


def basic(login: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]", name: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"{name} did not start.")


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str] | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait()


@contextlib.contextmanager
def mazot(folder: Path) -> Iterator[Server]:
    """Ours: `mazot serve` on SQLite with an application password of a collaborator."""
    from tests.served import serving

    folder.mkdir()
    with serving(folder) as served:
        person = served.people["malik"]
        yield Server(
            "Mazot", served.port, person["webdav"], basic(person["login"], person["secret"]), served.pid,
            "supervisor, web and worker together; SQLite; fsync, SHA-256, version, change log and audit at each PUT",
        )  # fmt: skip


@contextlib.contextmanager
def wsgidav(folder: Path) -> Iterator[Server]:
    files = folder / "files"
    files.mkdir(parents=True)
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("wsgidav_server.py")), str(files), str(port), LOGIN, SECRET]
    with running(command) as process:
        wait_for(port, process, "wsgidav")
        yield Server(
            "wsgidav + cheroot",
            port,
            "/",
            basic(LOGIN, SECRET),
            process.pid,
            "locks and properties in memory; no fsync",
        )


@contextlib.contextmanager
def apache(folder: Path) -> Iterator[Server | None]:
    """Apache with mod_dav, or none where it is not installed."""
    program = shutil.which("apache2") or shutil.which("httpd")
    if program is None or not (MODULES / "mod_dav_fs.so").exists():
        sys.stderr.write("Apache with mod_dav is not installed (apt-get install apache2): its column stays empty.\n")
        yield None
        return
    port = free_port()
    for name in ("files", "state"):
        (folder / name).mkdir(parents=True)
    digest = base64.b64encode(hashlib.sha1(SECRET.encode()).digest()).decode()
    # The cheapest scheme it knows; its usual bcrypt would cost it far more than all the rest.
    (folder / "users").write_text(f"{LOGIN}:{{SHA}}{digest}\n", encoding="ascii")
    (folder / "httpd.conf").write_text(apache_configuration(folder, port), encoding="ascii")
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "www-data:www-data", str(folder)], check=True)
        for above in [folder, *folder.parents][:-2]:
            above.chmod(above.stat().st_mode | 0o011)
    with running([program, "-f", str(folder / "httpd.conf"), "-DFOREGROUND"]) as process:
        wait_for(port, process, "Apache")
        yield Server(
            "Apache mod_dav", port, "/", basic(LOGIN, SECRET), process.pid, "event MPM; {SHA} password; no fsync"
        )


def apache_configuration(folder: Path, port: int) -> str:
    access = ["authn_core", "authn_file", "authz_core", "authz_user", "auth_basic"]
    wanted = ["mpm_event", *access, "dav", "dav_fs", "dir", "mime"]
    modules = "\n".join(
        f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in wanted if (MODULES / f"mod_{name}.so").exists()
    )
    return f"""ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/state/pid
ErrorLog {folder}/state/error.log
{"User www-data" if os.getuid() == 0 else ""}
{"Group www-data" if os.getuid() == 0 else ""}
{modules}
TypesConfig /etc/mime.types
DocumentRoot {folder}/files
DavLockDB {folder}/state/locks
KeepAlive On
MaxKeepAliveRequests 0
EnableSendfile On
<Directory {folder}/files>
  Dav On
  AuthType Basic
  AuthName bench
  AuthUserFile {folder}/users
  Require valid-user
</Directory>
"""
