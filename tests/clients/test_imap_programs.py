# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs that people read mail with, against a served Mazot."""

import imaplib
from pathlib import Path

import pytest

from tests.clients.programs import program, run
from tests.conversations.imap.talk import LETTER, Client
from tests.served import Served

pytestmark = pytest.mark.client

CHANNEL = """
IMAPStore far
Host {host}
Port {port}
User {address}
Pass {secret}
AuthMechs LOGIN
SSLType None

MaildirStore near
Path {folder}/
Inbox {folder}/inbox
SubFolders Verbatim

Channel both
Far :far:
Near :near:
Patterns {mailbox}
Create Both
Expunge Both
SyncState *
"""


@pytest.fixture
def client(served: Served) -> Client:
    return Client.of(served)


def test_curl_lists_searches_reads_and_puts_a_letter(served: Served, client: Client, tmp_path: Path) -> None:
    curl = program("curl")
    mailbox = client.in_new_mailbox(letters=2).decode()
    (tmp_path / "letter.eml").write_bytes(LETTER)
    mail, (host, port) = served.people["malik"]["mail"], served.doors["imap"]
    access = ("-sS", "--fail", "-u", f"{mail['address']}:{mail['secret']}")
    base = f"imap://{host}:{port}/"

    assert f'"/" {mailbox}' in run(curl, *access, base, folder=tmp_path)
    run(curl, *access, "-T", "letter.eml", base + mailbox, folder=tmp_path)
    assert run(curl, *access, f"{base}{mailbox}?SUBJECT%20Monday", folder=tmp_path).strip() == "* SEARCH 3"
    run(curl, *access, "-o", "back.eml", f"{base}{mailbox};UID=3", folder=tmp_path)
    assert (tmp_path / "back.eml").read_bytes() == LETTER
    head = run(curl, *access, f"{base}{mailbox};UID=1;SECTION=HEADER.FIELDS%20(SUBJECT)", folder=tmp_path)
    assert head.strip() == "Subject: Rehearsal on day 1"
    assert "EXISTS" in run(curl, *access, "-X", f"EXAMINE {mailbox}", base, folder=tmp_path)


def test_imaplib_does_all_it_can(served: Served, client: Client) -> None:
    mailbox, other = (client.in_new_mailbox().decode() for _number in range(2))
    mail = served.people["malik"]["mail"]
    host, port = served.doors["imap"]
    with imaplib.IMAP4(host, port) as program_:
        program_.login(mail["address"], mail["secret"])
        assert program_.append(mailbox, r"(\Flagged)", imaplib.Time2Internaldate(1_780_000_000), LETTER)[0] == "OK"
        assert program_.select(mailbox) == ("OK", [b"1"])
        assert program_.search(None, "FLAGGED") == ("OK", [b"1"])
        content = program_.fetch("1", "(RFC822)")[1][0]
        assert isinstance(content, tuple)
        assert content[1] == LETTER
        assert program_.uid("STORE", "1", "+FLAGS", r"(\Answered)")[0] == "OK"
        assert program_.copy("1", other)[0] == "OK"
        assert program_.store("1", "+FLAGS", r"\Deleted")[0] == "OK"
        assert program_.expunge() == ("OK", [b"1"])
        assert program_.status(other, "(MESSAGES UNSEEN)") == ("OK", [f"{other} (MESSAGES 1 UNSEEN 0)".encode()])
        assert program_.unselect()[0] == "OK"
        assert program_.enable("UTF8=ACCEPT")[0] == "OK"
        assert program_.rename(other, other + "-moved")[0] == "OK"
        assert program_.delete(other + "-moved")[0] == "OK"


def test_mbsync_keeps_a_folder_and_a_mailbox_alike(served: Served, client: Client, tmp_path: Path) -> None:
    mbsync = program("mbsync")
    mailbox = client.in_new_mailbox(letters=3)
    mail, (host, port) = served.people["malik"]["mail"], served.doors["imap"]
    near = tmp_path / "near"
    near.mkdir()
    settings = CHANNEL.format(host=host, port=port, folder=near, mailbox=mailbox.decode(), **mail)
    (tmp_path / "mbsyncrc").write_text(settings.lstrip(), encoding="utf-8")

    def sync() -> str:
        return run(mbsync, "-c", "mbsyncrc", "-a", folder=tmp_path)

    def letters() -> list[Path]:
        return sorted(file for file in (near / mailbox.decode()).glob("*/*") if file.parent.name in ("cur", "new"))

    sync()
    assert len(letters()) == 3
    first = next(file for file in letters() if b"day 1" in file.read_bytes())
    first.rename(first.parent.parent / "cur" / (first.name.split(":")[0] + ":2,FS"))
    next(file for file in letters() if b"day 2" in file.read_bytes()).unlink()
    (near / mailbox.decode() / "new" / "1780000000.1_1.here").write_bytes(LETTER.replace(b"\r\n", b"\n"))
    client.append(mailbox, LETTER.replace(b"Monday", b"Friday"))
    sync()

    subjects = client.ask(b"FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])").lines
    assert not [line for line in subjects if b"day 2" in line]
    assert [line for line in subjects if b"day 1" in line and b"\\Seen \\Flagged" in line]
    assert [line for line in subjects if b"Monday" in line]
    assert len(letters()) == 4
    assert [file for file in letters() if b"Friday" in file.read_bytes()]
    assert "error" not in sync().lower()


def test_mbsync_keeps_a_mailbox_of_a_shared_address_alike(served: Served, tmp_path: Path) -> None:
    mbsync = program("mbsync")
    told = served.change("shared_address", "foyer")
    host, port = served.doors["imap"]
    with imaplib.IMAP4(host, port) as olive:
        olive.login(told["olive"]["address"], told["olive"]["secret"])
        mailbox = f"Shared/{told['address']}/INBOX"
        assert olive.namespace() == ("OK", [b'(("" "/")) NIL (("Shared/" "/"))'])
        for day in (b"day 1", b"day 2"):
            assert olive.append(mailbox, "", "", LETTER.replace(b"Monday", day))[0] == "OK"
        near = tmp_path / "near"
        near.mkdir()
        settings = CHANNEL.format(host=host, port=port, folder=near, mailbox=mailbox, **told["adam"])
        settings = settings.replace("Create Both\nExpunge Both", "Create Near\nSync Pull\nExpunge Near")
        (tmp_path / "mbsyncrc").write_text(settings.lstrip(), encoding="utf-8")

        def letters() -> list[bytes]:
            run(mbsync, "-c", "mbsyncrc", "-a", folder=tmp_path)
            return [file.read_bytes() for file in (near / mailbox).glob("*/*") if file.parent.name in ("cur", "new")]

        assert len(letters()) == 2  # for whoever may only look
        olive.select(mailbox)
        olive.store("1", "+FLAGS", r"(\Deleted)")
        olive.expunge()
        assert [b"day 2" in letter for letter in letters()] == [True]
