# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail to and from Debian's Postfix, with Dovecot behind it by LMTP: both with folders and ports of this test alone."""

import imaplib
import os
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path
from uuid import uuid4

import pytest

from tests.clients.programs import absent, program
from tests.served import Served, serving
from tests.zone import Zone
from tests.zone import served as zone_served

pytestmark = pytest.mark.client

MALIK, SVEN = "malik@mimosa.example", "sven@far.example"
PASSWORD = "of-this-test-alone"
WITHIN = 60.0
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.far.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = far.example
virtual_mailbox_maps = texthash:{folder}/people
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = texthash:{folder}/transport
alias_maps =
alias_database =
maillog_file_prefixes = {folder}
maillog_file = {folder}/mail.log
notify_classes =
"""
MASTER = """\
postlog unix-dgram n - n - 1 postlogd
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""
DOVECOT = """\
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/homes/%u allow_all_users=yes
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def dovecot(folder: Path, ports: dict[str, int]) -> Iterator[None]:
    """Dovecot in the foreground, ended at the end."""
    (folder / "dovecot.conf").write_text(DOVECOT.format(folder=folder, password=PASSWORD, **ports), encoding="utf-8")
    (folder / "homes").mkdir()
    os.chown(folder / "homes", 65534, 65534)
    started = subprocess.Popen([program("dovecot"), "-F", "-c", str(folder / "dovecot.conf")])
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


@contextmanager
def postfix(folder: Path, ports: dict[str, int], mimosa: int) -> Iterator[None]:
    """Postfix under a configuration of its own, ended by its own program."""
    (folder / "main.cf").write_text(MAIN.format(folder=folder, **ports), encoding="utf-8")
    (folder / "master.cf").write_text(MASTER.format(**ports), encoding="utf-8")
    (folder / "people").write_text(f"{SVEN} sven/\n", encoding="utf-8")
    (folder / "transport").write_text(f"mimosa.example smtp:[127.0.0.1]:{mimosa}\n", encoding="utf-8")
    for name in ("queue", "data"):
        (folder / name).mkdir()
    run = [program("postfix"), "-c", str(folder)]
    subprocess.run(["chown", "postfix", str(folder / "data")], check=True)
    done = subprocess.run([*run, "start"], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    try:
        yield
    finally:
        subprocess.run([*run, "stop"], capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return {name: free_port() for name in ("smtp", "lmtp", "imap", "mimosa")}


@pytest.fixture(scope="module")
def far(ports: dict[str, int]) -> Iterator[None]:
    """far.example: Postfix, and Dovecot behind it. Not in pytest's folder, which is closed to their users."""
    if os.getuid() != 0:
        absent("Postfix starts for root alone")
    with tempfile.TemporaryDirectory(prefix="mazot-far-") as place:
        Path(place).chmod(0o755)
        folders = [Path(place) / name for name in ("dovecot", "postfix")]
        for folder in folders:
            folder.mkdir()
        with dovecot(folders[0], ports), postfix(folders[1], ports, ports["mimosa"]):
            yield


@pytest.fixture(scope="module")
def mimosa(tmp_path_factory: pytest.TempPathFactory, ports: dict[str, int], far: None) -> Iterator[Served]:
    """mimosa.example: a Mazot that finds far.example by the name system."""
    zone = Zone()
    zone.set("far.example", "MX", "10 mail.far.example")
    zone.set("mail.far.example", "A", "127.0.0.1")
    with zone_served(zone) as resolver:
        told = {
            "smtp": f"127.0.0.1:{ports['mimosa']}",
            "relay_port": str(ports["smtp"]),
            "resolver": resolver,
            "private_relays": "yes",
            "mail_name": "mail.mimosa.example",
        }
        with serving(tmp_path_factory.mktemp("mimosa"), **told) as server:
            yield server


def waits_for(imap_at: tuple[str, int], login: str, secret: str, word: str) -> Message:
    until = time.monotonic() + WITHIN
    with imaplib.IMAP4(*imap_at, timeout=20) as imap:
        imap.login(login, secret)
        while time.monotonic() < until:
            is_there = imap.select("INBOX")[0] == "OK"
            if is_there and (numbers := imap.search(None, "SUBJECT", f'"{word}"')[1][0].split()):
                found = imap.fetch(numbers[-1].decode(), "(BODY.PEEK[])")[1][0]
                assert isinstance(found, tuple)
                return message_from_bytes(found[1], policy=default)
            time.sleep(0.3)
    raise AssertionError(f"no letter with {word!r} came to {login}")


def a_letter(sender: str, to: str, word: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, f"Théâtre {word}"
    letter.set_content("Les places sont prêtes.\n.\n..\nÀ demain.\n")
    letter.add_attachment(bytes(range(256)) * 40, maintype="application", subtype="octet-stream", filename="é.bin")
    return letter


def is_whole(letter: Message) -> bool:
    text, attached = list(letter.iter_parts())
    return ".\n..\n" in text.get_content().replace("\r\n", "\n") and attached.get_content() == bytes(range(256)) * 40


def test_a_letter_to_postfix_lies_in_dovecot(mimosa: Served, ports: dict[str, int]) -> None:
    word, mail = uuid4().hex, mimosa.people["malik"]["mail"]
    with smtplib.SMTP(*mimosa.doors["submission"], local_hostname="device.example") as smtp:
        smtp.login(MALIK, mail["secret"])
        smtp.send_message(a_letter(MALIK, SVEN, word))
    letter = waits_for(("127.0.0.1", ports["imap"]), SVEN, PASSWORD, word)
    assert letter["Subject"] == f"Théâtre {word}"
    assert is_whole(letter)
    assert "mail.mimosa.example" in letter.get_all("Received", [])[-2]


def test_a_letter_from_postfix_lies_in_mazot(mimosa: Served, ports: dict[str, int]) -> None:
    word, mail = uuid4().hex, mimosa.people["malik"]["mail"]
    with smtplib.SMTP("127.0.0.1", ports["smtp"], local_hostname="device.far.example") as smtp:
        smtp.send_message(a_letter(SVEN, MALIK, word))
    letter = waits_for(mimosa.doors["imap"], MALIK, mail["secret"], word)
    assert letter["Subject"] == f"Théâtre {word}"
    assert is_whole(letter)
    assert "Postfix" in letter.get_all("Received", [])[-1]


def test_nobody_at_either_side_comes_back(mimosa: Served, ports: dict[str, int]) -> None:
    word, mail = uuid4().hex, mimosa.people["malik"]["mail"]
    with smtplib.SMTP(*mimosa.doors["submission"], local_hostname="device.example") as smtp:
        smtp.login(MALIK, mail["secret"])
        smtp.send_message(a_letter(MALIK, "nobody@far.example", word))
    report = waits_for(mimosa.doors["imap"], MALIK, mail["secret"], f"{word}")
    assert report.get_content_type() == "multipart/report"
    with smtplib.SMTP("127.0.0.1", ports["smtp"], local_hostname="device.far.example") as smtp:
        smtp.send_message(a_letter(SVEN, "nobody@mimosa.example", word))
    bounce = waits_for(("127.0.0.1", ports["imap"]), SVEN, PASSWORD, "Undelivered")
    assert "550 5.1.1" in bounce.as_string()
