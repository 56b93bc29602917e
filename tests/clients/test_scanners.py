# SPDX-License-Identifier: AGPL-3.0-or-later
"""ClamAV, rspamd and SpamAssassin as Debian has them, each with a small set of rules and without a network."""

import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as all_settings

from mazot.products.mail.queries.scanners import Envelope, Silent, is_answering, opinions_on, virus_in
from tests.clients.programs import absent

pytestmark = pytest.mark.client

READY_WITHIN = 60.0
# In two halves each, or a scanner would find them here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GTUBE = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*" + b"GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
HEAD = (
    b"From: Nina <nina@away.example>\r\nTo: malik@mimosa.example\r\nSubject: Tea on Monday\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@away.example>\r\nMIME-Version: 1.0\r\n"
)
TEA = HEAD + b"\r\nWe have tea at four on Monday, and cake.\r\n"
ENVELOPE = Envelope("nina@away.example", ("malik@mimosa.example",), "127.0.0.1", "mail.away.example")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def daemon_of(name: str, package: str) -> str:
    found = shutil.which(name, path="/usr/sbin:" + os.environ.get("PATH", ""))
    if found is None:
        absent(f"{name} is not installed: apt-get install {package}")
    if os.getuid() != 0:
        absent(f"{name} is started by root")
    return str(found)


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[str]:
    """A daemon in the foreground; gives where it listens."""
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, start_new_session=True)
    try:
        until = time.monotonic() + READY_WITHIN
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, (folder / "said").read_text(errors="replace")[-3000:]
                assert time.monotonic() < until, (folder / "said").read_text(errors="replace")[-3000:]
                time.sleep(0.2)
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_clamd_finds_a_virus_in_an_attachment_and_none_in_a_letter(tmp_path: Path, settings) -> None:
    program, port = daemon_of("clamd", "clamav-daemon"), free_port()
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own.ndb").write_text(f"Mazot.Test:0:*:{EICAR.hex()}\n")
    configuration = tmp_path / "clamd.conf"
    configuration.write_text(
        f"DatabaseDirectory {rules}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nUser root\n"
        f"PidFile {tmp_path}/pid\nTemporaryDirectory {tmp_path}\n"
    )
    with running([program, "-c", str(configuration)], port, tmp_path) as where:
        settings.MAZOT = dataclasses.replace(all_settings.MAZOT, clamd=where)
        assert virus_in(TEA) == ""
        attached = (
            HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n"
            b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=x.com\r\n\r\n"
        )
        assert virus_in(attached + EICAR + b"\r\n--b--\r\n").startswith("Mazot.Test")
        assert virus_in(b"x" * 5_000_000) == ""
        assert is_answering("clamd")
    with pytest.raises(Silent):
        virus_in(TEA)


def test_spamassassin_tells_spam_from_tea(tmp_path: Path, settings) -> None:
    program, port = daemon_of("spamd", "spamd"), free_port()
    command = [program, "-L", "-m", "1", "--min-children", "1", "-i", "127.0.0.1", "-p", str(port)]
    with running([*command, "-x", "-H", str(tmp_path), "-s", "stderr"], port, tmp_path) as where:
        settings.MAZOT = dataclasses.replace(all_settings.MAZOT, spamd=where)
        ((_name, tea),) = opinions_on(TEA, ENVELOPE)
        ((_name, spam),) = opinions_on(HEAD + b"\r\n" + GTUBE + b"\r\n", ENVELOPE)
    assert tea.weight < 3.5
    assert spam.weight == 10
    assert "GTUBE" in spam.seen


def test_rspamd_tells_spam_from_tea(tmp_path: Path, settings) -> None:
    program, port = daemon_of("rspamd", "rspamd"), free_port()
    override = tmp_path / "local" / "override.d"
    override.mkdir(parents=True)
    (override / "worker-normal.inc").write_text(f'bind_socket = "127.0.0.1:{port}";\ncount = 1;\n')
    (override / "worker-controller.inc").write_text(f'bind_socket = "127.0.0.1:{free_port()}";\n')
    for worker in ("worker-proxy.inc", "worker-fuzzy.inc"):
        (override / worker).write_text("enabled = false;\n")
    asking = (
        "fuzzy_check",
        "rbl",
        "surbl",
        "spf",
        "dkim",
        "dmarc",
        "arc",
        "asn",
        "mid",
        "phishing",
        "mx_check",
        "hfilter",
    )
    for module in asking:  # without a network each of them waits for names
        (override / f"{module}.conf").write_text("enabled = false;\n")
    (override / "options.inc").write_text('dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }\n')
    (tmp_path / "local" / "local.d").mkdir()
    for folder in ("db", "run", "logs"):
        (tmp_path / folder).mkdir()
    (override / "logging.inc").write_text('type = "console";\n')
    paths = {"LOCAL_CONFDIR": "local", "DBDIR": "db", "RUNDIR": "run", "LOGDIR": "logs"}
    told = [f"--var={name}={tmp_path / folder}" for name, folder in paths.items()]
    with running([program, "-f", "-i", "-c", "/etc/rspamd/rspamd.conf", *told], port, tmp_path) as where:
        settings.MAZOT = dataclasses.replace(all_settings.MAZOT, rspamd=f"http://{where}")
        ((_name, tea),) = opinions_on(TEA, ENVELOPE)
        ((_name, spam),) = opinions_on(HEAD + b"\r\n" + GTUBE + b"\r\n", ENVELOPE)
        assert is_answering("rspamd")
    assert tea.weight < 3.5
    assert spam.weight == 10
