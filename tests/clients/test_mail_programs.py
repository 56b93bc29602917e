# SPDX-License-Identifier: AGPL-3.0-or-later
"""More programs that read and send mail, each doing what it is for, against a served Mazot."""

import asyncio
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from aioimaplib import aioimaplib
from imapclient import IMAPClient

from tests.clients.programs import program, run
from tests.conversations.imap.talk import LETTER, Client
from tests.served import Served

pytestmark = pytest.mark.client

MALIK = "malik@mimosa.example"
OFFLINEIMAP = """
[general]
accounts = malik
metadata = {folder}/metadata
ui = basic

[Account malik]
localrepository = near
remoterepository = far

[Repository near]
type = Maildir
localfolders = {folder}/near

[Repository far]
type = IMAP
remotehost = {host}
remoteport = {port}
remoteuser = {address}
remotepass = {secret}
ssl = no
starttls = no
auth_mechanisms = LOGIN
folderfilter = lambda name: name == "{mailbox}"
"""
MUTTRC = """
set imap_user="{address}"
set imap_pass="{secret}"
set ssl_starttls=no
set ssl_force_tls=no
set imap_authenticators="login"
set sort=mailbox-order
set delete=yes
set confirmappend=no
set mark_old=no
set wait_key=no
set editor="true"
set header_cache=""
"""


@pytest.fixture
def client(served: Served) -> Client:
    return Client.of(served)


@pytest.fixture
def mail(served: Served) -> dict[str, str]:
    return served.people["malik"]["mail"]


def test_imapclient_finds_every_capability_it_asks_for(served: Served, client: Client, mail: dict[str, str]) -> None:
    mailbox = client.in_new_mailbox(letters=3).decode()
    with IMAPClient(*served.doors["imap"], ssl=False) as imap:
        imap.login(mail["address"], mail["secret"])
        assert imap.namespace().personal == (("", "/"),)
        assert b"INBOX".decode() in [name for _flags, _separator, name in imap.list_folders()]
        assert [name for flags, _separator, name in imap.list_folders() if b"\\Trash" in flags] == ["Trash"]
        assert imap.select_folder(mailbox)[b"EXISTS"] == 3
        assert imap.search(["SUBJECT", "day 2"]) == [2]
        assert imap.fetch([1], ["ENVELOPE", "FLAGS"])[1][b"ENVELOPE"].subject == b"Rehearsal on day 1"
        imap.add_flags([1], [b"\\Flagged", b"$work"])
        assert set(imap.get_flags([1])[1]) >= {b"\\Flagged", b"$work"}
        other = f"é {uuid4().hex[:8]}"
        imap.create_folder(other)
        imap.move([2], other)
        assert imap.folder_status(other)[b"MESSAGES"] == 1
        imap.append(mailbox, LETTER, flags=[b"\\Seen"])
        imap.delete_messages([1])
        imap.uid_expunge([1])
        assert imap.search() == [3, 4]
        imap.idle()
        client.append(mailbox.encode(), LETTER)
        assert (3, b"EXISTS") in imap.idle_check(timeout=10)
        imap.idle_done()
        assert imap.get_quota_root("INBOX")[0].quota_roots
        imap.unselect_folder()
        imap.delete_folder(other)


def test_aioimaplib_reads_and_waits(served: Served, client: Client, mail: dict[str, str]) -> None:
    mailbox = client.in_new_mailbox(letters=2).decode()

    async def talk() -> list[str]:
        host, port = served.doors["imap"]
        imap = aioimaplib.IMAP4(host, port, timeout=20)
        await imap.wait_hello_from_server()
        assert (await imap.login(mail["address"], mail["secret"])).result == "OK"
        assert (await imap.select(mailbox)).result == "OK"
        seen = [line.decode() for line in (await imap.search("ALL")).lines]
        fetched = await imap.fetch("1", "(UID RFC822.SIZE BODY.PEEK[HEADER])")
        assert any(b"day 1" in line for line in fetched.lines)
        waiting = await imap.idle_start(timeout=30)
        await asyncio.to_thread(client.append, mailbox.encode(), LETTER)
        told = await imap.wait_server_push(timeout=15)
        imap.idle_done()
        await asyncio.wait_for(waiting, 10)
        await imap.logout()
        return [seen[0], *(line.decode() for line in told)]

    with ThreadPoolExecutor(1) as aside:  # a browser's loop may run in this thread
        assert aside.submit(lambda: asyncio.run(talk())).result()[:2] == ["1 2", "3 EXISTS"]


def test_offlineimap_keeps_a_maildir_and_a_mailbox_alike(
    served: Served, client: Client, mail: dict[str, str], tmp_path: Path
) -> None:
    offlineimap = program("offlineimap")
    mailbox = client.in_new_mailbox(letters=2).decode()
    host, port = served.doors["imap"]
    settings = OFFLINEIMAP.format(folder=tmp_path, host=host, port=port, mailbox=mailbox, **mail)
    (tmp_path / "rc").write_text(settings.lstrip(), encoding="utf-8")

    def sync() -> None:
        run(offlineimap, "-c", "rc", "-o", "-1", folder=tmp_path)

    def letters() -> list[Path]:
        return [file for file in (tmp_path / "near" / mailbox).glob("*/*") if file.parent.name in ("cur", "new")]

    sync()
    assert len(letters()) == 2
    first = next(file for file in letters() if b"day 1" in file.read_bytes())
    first.rename(first.parent.parent / "cur" / (first.name.split(":")[0] + ":2,FS"))
    (tmp_path / "near" / mailbox / "new" / "1780000000.1.here").write_bytes(LETTER.replace(b"\r\n", b"\n"))
    client.append(mailbox.encode(), LETTER.replace(b"Monday", b"Friday"))
    sync()
    subjects = client.ask(b"FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])").lines
    assert [line for line in subjects if b"day 1" in line and b"\\Flagged" in line and b"\\Seen" in line]
    assert [line for line in subjects if b"Monday" in line]
    assert [file for file in letters() if b"Friday" in file.read_bytes()]


@contextmanager
def terminal(*command: str, folder: Path) -> Iterator["Screen"]:
    """A program in a terminal of its own."""
    pid, handle = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ |= {"HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        os.execv(command[0], command)
    fcntl.ioctl(handle, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    try:
        yield Screen(handle)
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
        os.close(handle)


class Screen:
    """What a terminal shows, and its keys."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.shown = ""

    def press(self, keys: str) -> None:
        self.shown = ""
        os.write(self.handle, keys.encode())

    def waits_for(self, text: str, *, within: float = 20.0) -> str:
        until = time.monotonic() + within
        while text not in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.shown):
            left = until - time.monotonic()
            assert left > 0, f"{text!r} was not shown in {self.shown[-3000:]!r}"
            if select.select([self.handle], [], [], left)[0]:
                self.shown += os.read(self.handle, 65536).decode("utf-8", "replace")
        return self.shown


def test_mutt_reads_marks_files_and_deletes(
    served: Served, client: Client, mail: dict[str, str], tmp_path: Path
) -> None:
    mutt = program("mutt")
    mailbox, other = (client.in_new_mailbox(letters=count).decode() for count in (3, 0))
    host, port = served.doors["imap"]
    (tmp_path / "Mail").mkdir()  # it asks to make it otherwise
    (tmp_path / "muttrc").write_text(MUTTRC.format(**mail).lstrip(), encoding="utf-8")
    url = f"imap://{host}:{port}/"
    with terminal(mutt, "-n", "-F", "muttrc", "-f", url + mailbox, folder=tmp_path) as screen:
        screen.waits_for("Rehearsal on day 3")
        screen.press("1\n\n")
        screen.waits_for("Subject: Rehearsal on day 1")
        screen.press("i")
        screen.waits_for("day 2")
        screen.press("F")  # flags the first
        screen.press("2\nd")
        screen.press("3\ns")
        screen.waits_for("Save to mailbox")
        screen.press("\x15" + url + other + "\n")
        screen.waits_for("Copying")
        time.sleep(1)
        screen.press("$")
        time.sleep(1)
        screen.press("q")
        time.sleep(1)
    client.ask(b"SELECT " + mailbox.encode())
    lines = client.ask(b"FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])").lines
    assert [line for line in lines if b"day 1" in line and b"\\Seen" in line and b"\\Flagged" in line]
    assert not [line for line in lines if b"day 2" in line or b"day 3" in line]
    client.ask(b"SELECT " + other.encode())
    assert [line for line in client.ask(b"FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").lines if b"day 3" in line]


def arrived(client: Client, word: str) -> bool:
    """Whether a letter with a word in its subject has come to Malik's inbox, within ten seconds."""
    for _try in range(50):
        client.ask(b"SELECT INBOX")
        lines = client.ask(f'SEARCH SUBJECT "{word}"'.encode()).lines
        if any(re.search(rb"SEARCH.* [0-9]|ALL [0-9]", line) for line in lines):
            return True
        time.sleep(0.2)
    return False


def test_swaks_brings_mail_to_every_door(served: Served, client: Client, mail: dict[str, str], tmp_path: Path) -> None:
    swaks, word = program("swaks"), uuid4().hex
    say = ("--from", "nina@away.example", "--to", MALIK, "--header", f"Subject: {word}", "--suppress-data")
    for door, more in (
        ("smtp", ("--helo", "away.example")),
        ("smtp", ("--helo", "away.example", "--pipeline")),
        ("lmtp", ("--protocol", "LMTP", "--helo", "front.example")),
    ):
        host, port = served.doors[door]
        told = run(swaks, "--server", host, "--port", str(port), *say, *more, folder=tmp_path)
        assert "<-  250 2." in told
    host, port = served.doors["submission"]
    access = ("--auth", "PLAIN", "--auth-user", mail["address"], "--auth-password", mail["secret"])
    own = ("--from", MALIK, "--to", MALIK, "--header", f"Subject: own {word}", "--suppress-data")
    told = run(swaks, "--server", host, "--port", str(port), *own, *access, folder=tmp_path)
    assert "250 2.0.0 It is on its way" in told
    assert arrived(client, f"own {word}")
    assert arrived(client, word)


def test_curl_submits_a_letter(served: Served, client: Client, mail: dict[str, str], tmp_path: Path) -> None:
    curl, word = program("curl"), uuid4().hex
    host, port = served.doors["submission"]
    letter = f"From: {MALIK}\r\nTo: {MALIK}\r\nSubject: {word}\r\n\r\nBy curl.\r\n.\r\n..\r\nend\r\n"
    (tmp_path / "letter.eml").write_bytes(letter.encode())
    envelope = ("--mail-from", MALIK, "--mail-rcpt", MALIK, "-u", f"{mail['address']}:{mail['secret']}")
    run(curl, "-sS", "--fail", f"smtp://{host}:{port}/device.example", *envelope, "-T", "letter.eml", folder=tmp_path)
    assert arrived(client, word)
    client.ask(b"SELECT INBOX")
    number = client.ask(f'SEARCH SUBJECT "{word}"'.encode()).lines[0].split()[-1]
    assert b"By curl.\r\n.\r\n..\r\nend" in b"".join(client.ask(b"FETCH " + number + b" (BODY[TEXT])").lines)
