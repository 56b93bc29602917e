# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two servers of the comparison, each with its own folder of the same disk: where they answer, what they used."""

import contextlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INDEXED_WITHIN = 240.0
WAITING = (
    "SELECT count(*) FROM mail_message WHERE NOT EXISTS (SELECT 1 FROM mail_indexed WHERE message_id = mail_message.id)"
)
SECRET = "bench-secret"  # of a server of our own on loopback
CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={secret}
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@dataclass
class Server:
    """Where one answers, how to log in, and which process is the first of its family."""

    name: str
    place: tuple[str, int]
    login: str
    secret: str
    pid: int
    doors: dict[str, tuple[str, int]] = field(default_factory=dict)
    others: list[dict[str, str]] = field(default_factory=list)  # further addresses, for a crowd
    database: Path | None = None  # ours, whose worker puts letters into the index of words

    def cpu(self) -> float:
        """Seconds of processor of all processes, also of those that have ended."""
        return sum(used_by(pid) for pid in family_of(self.pid))

    def wait_for_index(self) -> float:
        """Until every letter is in the index; the seconds that took."""
        begun = time.monotonic()
        while self.database is not None and not _is_indexed(self.database):
            if time.monotonic() - begun > INDEXED_WITHIN:
                raise SystemExit("The worker did not index the letters in time.")
            time.sleep(0.5)
        return time.monotonic() - begun

    def resident(self) -> int:
        """Bytes in memory; what processes share counts once."""
        return sum(pss_of(pid) for pid in family_of(self.pid))


def _is_indexed(database: Path) -> bool:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as asked:
        return asked.execute(WAITING).fetchone()[0] == 0


def stat_of(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat behind the name; zeros for one that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 50


def used_by(pid: int) -> float:
    """The kernel counts the living in nanoseconds, and the ended children of a process in hundredths."""
    living = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            living += int(task.read_text().split()[0])
    return living / 1e9 + sum(map(int, stat_of(pid)[13:15])) / os.sysconf("SC_CLK_TCK")


def pss_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def family_of(pid: int) -> list[int]:
    parents = {int(folder.name): int(stat_of(int(folder.name))[1]) for folder in Path("/proc").glob("[0-9]*")}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if parent == member]
    return family


@contextlib.contextmanager
def mazot(folder: Path) -> Iterator[Server]:
    """Ours: `mazot serve` on SQLite, with the cast and ten addresses more."""
    import django

    django.setup()  # it begins with a copy of a database that knows all tables
    from tests.served import serving

    folder.mkdir()
    with serving(folder) as served:
        seed = [sys.executable, str(Path(__file__).with_name("seed.py"))]
        done = subprocess.run(seed, cwd=ROOT, env=served.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        mail = served.people["malik"]["mail"]
        assert isinstance(mail, dict)
        others = json.loads(done.stdout.splitlines()[-1])
        yield Server(
            "Mazot", served.doors["imap"], mail["address"], mail["secret"], served.pid, served.doors, others,
            folder / "mazot.sqlite3",
        )  # fmt: skip


@contextlib.contextmanager
def dovecot(folder: Path) -> Iterator[Server]:
    """Debian's, as it comes: Maildir, its own indexes, a password in plain text, which costs it nothing."""
    program = shutil.which("dovecot", path="/usr/sbin:" + os.environ.get("PATH", ""))
    if program is None or os.getuid() != 0:
        raise SystemExit("The bench needs Dovecot and root to start it: apt-get install dovecot-imapd.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    (folder / "mail").mkdir(parents=True)
    os.chown(folder / "mail", 65534, 65534)
    for above in [folder, *folder.parents][:-2]:
        above.chmod(above.stat().st_mode | 0o011)
    settings = folder / "dovecot.conf"
    settings.write_text(CONFIGURATION.format(folder=folder, port=port, secret=SECRET), encoding="utf-8")
    process = subprocess.Popen([program, "-F", "-c", str(settings)], stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield Server("Dovecot", ("127.0.0.1", port), "malik", SECRET, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait()


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("Dovecot did not start.")
