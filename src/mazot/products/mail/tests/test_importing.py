# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail comes in from files and goes out as files: each letter once, with its date, its flags and its folder."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.delivery import ArchiveEntry
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.products.mail.actions.bringing import run_transfer
from mazot.products.mail.actions.importing import arrival_of, bring_letters_in
from mazot.products.mail.actions.transfers import (
    announce_file,
    bring_from_server,
    end_transfer,
    note_piece,
    note_progress,
    stop_transfer,
)
from mazot.products.mail.models import Mailbox, Message, Placement, Store, Transfer
from mazot.products.mail.queries.exporting import letters_as_files, letters_as_mbox, mailboxes_to_export
from mazot.products.mail.queries.messages import content_of
from mazot.products.mail.queries.transfers import is_turn_of, path_of_file, transfer_of, transfers_of
from mazot.products.mail.rules.archives import BadArchive, letters_in
from mazot.products.mail.rules.flags import ANSWERED, FLAGGED, SEEN
from mazot.products.mail.rules.mboxes import Found, letters_of, mbox_of
from tests.cast import Cast

MBOX = b"""From anna@example.org Mon Nov  2 10:00:00 2026
From: Anna <anna@example.org>
Subject: First
Message-ID: <1@example.org>
Status: RO
X-Status: AF

Hello,
>From here on a quoted line.
>>From two.

From bruno@example.org Tue Nov  3 11:00:00 2026
From: Bruno <bruno@example.org>
Subject: Second
Message-ID: <2@example.org>
X-Gmail-Labels: Inbox,Unread,"Concerts"

Bye.
"""


def a_letter_of(name: str) -> bytes:
    return f"From: a@example.org\r\nSubject: {name}\r\nMessage-ID: <{name}@x>\r\n\r\nText of {name}\r\n".encode()


def a_zip(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def zipped(entries: Iterable[ArchiveEntry]) -> bytes:
    """The files as they would be packed."""
    return a_zip({entry.path: blobs().read(entry.digest) for entry in entries if entry.digest})


def bring(cast: Cast, store: Store, content: bytes, *, into: str = "") -> Transfer:
    """A file comes whole, and is read to its end."""
    transfer = announce_file(cast.malik, store, name="mail", size=len(content), into=into)
    path_of_file(transfer.id).write_bytes(content)
    note_piece(cast.malik, store, transfer=transfer, received=len(content))
    run_transfer(transfer_of(cast.malik, store, transfer.id))
    return transfer_of(cast.malik, store, transfer.id)


def shown(store: Store) -> list[tuple[str, str, int]]:
    rows = Placement.objects.filter(mailbox__store=store).select_related("mailbox", "message")
    return sorted((one.mailbox.name, one.message.subject, one.flags) for one in rows)


def counts(transfer: Transfer) -> tuple[str, int, int, int]:
    return transfer.state, transfer.n_added, transfer.n_there, transfer.n_refused


def test_an_mbox_comes_in_with_dates_flags_and_folders(cast: Cast, store: Store) -> None:
    done = bring(cast, store, MBOX, into="From before")
    assert counts(done) == ("done", 2, 0, 0)
    assert shown(store) == [
        ("From before", "First", SEEN | ANSWERED | FLAGGED),
        ("From before/Concerts", "Second", 0),
    ]
    first = Message.objects.get(subject="First")
    assert first.received_at == datetime(2026, 11, 2, 10, tzinfo=UTC)
    content = bytes(content_of(first.digest))
    assert b"\r\nFrom here on a quoted line.\r\n>From two.\r\n" in content
    assert b"Status" not in content
    assert not path_of_file(done.id).exists()


def test_the_same_file_again_adds_nothing_even_after_letters_were_moved(cast: Cast, store: Store) -> None:
    bring(cast, store, MBOX)
    archive = Mailbox.objects.get(store=store, role="archive")
    Placement.objects.filter(message__subject="First").update(mailbox=archive)
    assert counts(bring(cast, store, MBOX)) == ("done", 0, 2, 0)
    assert Message.objects.count() == 2


def test_a_letter_in_two_folders_stays_in_both(cast: Cast, store: Store) -> None:
    letter = a_letter_of("both")
    again = a_zip({"One/a.eml": letter, "Two/a.eml": letter, "Two/again.eml": letter})
    assert counts(bring(cast, store, again)) == ("done", 2, 1, 0)
    assert [where for where, _subject, _flags in shown(store)] == ["One", "Two"]
    assert counts(bring(cast, store, again)) == ("done", 0, 3, 0)


def test_a_zip_of_a_maildir_keeps_flags_and_folders(cast: Cast, store: Store) -> None:
    done = bring(
        cast,
        store,
        a_zip(
            {
                "Maildir/cur/1.host:2,SF": a_letter_of("in"),
                "Maildir/new/2.host": a_letter_of("new"),
                "Maildir/tmp/3.host": a_letter_of("torn"),
                "Maildir/.Sent.2026/cur/4.host;2,RS": a_letter_of("sent"),
                "Maildir/dovecot-uidlist": b"3 V1 N5\n",
                "__MACOSX/Maildir/cur/1": a_letter_of("ghost"),
                "photo.jpg": b"\xff\xd8",
            }
        ),
    )
    assert counts(done) == ("done", 3, 0, 0)
    assert shown(store) == [
        ("INBOX", "in", SEEN | FLAGGED),
        ("INBOX", "new", 0),
        ("Sent/2026", "sent", SEEN | ANSWERED),
    ]


def test_one_letter_is_a_file_too_and_what_is_no_mail_is_said(cast: Cast, store: Store) -> None:
    assert counts(bring(cast, store, a_letter_of("single")))[:2] == ("done", 1)
    for content, word in ((b"\x89PNG....", "no_mail"), (b"PK\x03\x04torn", "unreadable")):
        failed = bring(cast, store, content)
        assert (failed.state, failed.said) == ("failed", word)


def test_a_zip_that_grows_without_end_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr("mazot.products.mail.rules.archives.ALWAYS", 1000)
    bomb = a_zip({"a.eml": b"Subject: x\r\n\r\n" + b"0" * 10_000_000})
    with pytest.raises(BadArchive, match="grows"):
        list(letters_in(io.BytesIO(bomb), size=len(bomb)))


def test_names_of_folders_in_a_zip_lead_nowhere_else(cast: Cast, store: Store) -> None:
    bring(cast, store, a_zip({"../../etc/x.eml": a_letter_of("up"), "a\u202eb/x.eml": a_letter_of("turned")}))
    assert [where for where, _subject, _flags in shown(store)] == ["INBOX", "etc"]


def test_a_letter_larger_than_any_may_be_is_counted_and_passed_over(cast: Cast, store: Store, monkeypatch) -> None:
    monkeypatch.setattr("mazot.products.mail.rules.mboxes.MOST_BYTES", 100)
    begin = b"From a Mon Nov  2 10:00:00 2026\n"
    content = begin + b"Subject: big\n\n" + b"x" * 200 + b"\n\n" + begin + b"Subject: small\n\nx\n"
    assert counts(bring(cast, store, content)) == ("done", 1, 0, 1)


def test_where_there_is_no_room_it_ends_and_says_so(cast: Cast, store: Store) -> None:
    Store.objects.update(allowed=10)
    failed = bring(cast, store, MBOX)
    assert (failed.state, failed.said, Message.objects.count()) == ("failed", "over_quota", 0)


def test_a_stopped_import_writes_no_more(cast: Cast, store: Store) -> None:
    transfer = announce_file(cast.malik, store, name="x", size=len(MBOX))
    path_of_file(transfer.id).write_bytes(MBOX)
    note_piece(cast.malik, store, transfer=transfer, received=len(MBOX))
    before = transfer_of(cast.malik, store, transfer.id)
    stop_transfer(cast.malik, store, transfer=transfer)
    run_transfer(before)
    assert (Transfer.objects.get().state, Message.objects.count()) == ("stopped", 0)


def test_pieces_follow_one_another(cast: Cast, store: Store) -> None:
    for size in (0, 6 << 30):
        with pytest.raises(Invalid):
            announce_file(cast.malik, store, name="x", size=size)
    transfer = announce_file(cast.malik, store, name="x", size=10)
    assert note_piece(cast.malik, store, transfer=transfer, received=4).state == "coming"
    for wrong in (3, 11):
        with pytest.raises(Conflict):
            note_piece(cast.malik, store, transfer=transfer, received=wrong)
    assert note_piece(cast.malik, store, transfer=transfer, received=10).state == "waiting"
    with pytest.raises(Refused, match="under_way"):
        announce_file(cast.malik, store, name="y", size=10)


def test_one_import_works_at_a_time(cast: Cast, store: Store) -> None:
    transfer = announce_file(cast.malik, store, name="x", size=10)
    note_progress(cast.malik, store, transfer=transfer, n_added=1)
    other = Transfer(address=store.address, created_at=clock.now())
    assert is_turn_of(transfer)
    assert not is_turn_of(other)
    Transfer.objects.update(touched_at=clock.now() - timedelta(hours=1))
    assert is_turn_of(other)


def test_only_those_who_write_bring_mail_and_to_otto_there_is_no_import(cast: Cast, store: Store) -> None:
    transfer = announce_file(cast.malik, store, name="x", size=10)
    letters = [(arrival_of(Found(a_letter_of("x"))), 0)]
    server = {"host": "imap.example.org", "port": 993, "login": "a", "password": "b"}
    for deed in (
        lambda actor: announce_file(actor, store, name="x", size=10),
        lambda actor: note_piece(actor, store, transfer=transfer, received=10),
        lambda actor: bring_from_server(actor, store, **server),
        lambda actor: stop_transfer(actor, store, transfer=transfer),
        lambda actor: note_progress(actor, store, transfer=transfer),
        lambda actor: end_transfer(actor, store, transfer=transfer),
        lambda actor: bring_letters_in(actor, store, folder="INBOX", letters=letters, newest_before=0),
    ):
        for actor in (cast.gaia, cast.olive):
            with pytest.raises(NotAllowed):
                deed(actor)
        with pytest.raises(NotFound):
            deed(cast.otto)
    for question in (
        lambda: transfers_of(cast.otto, store),
        lambda: transfer_of(cast.olive, store, transfer.id),
        lambda: mailboxes_to_export(cast.olive, store, ""),
    ):
        with pytest.raises(NotFound):
            question()


def test_a_password_is_sealed_and_gone_with_the_run(cast: Cast, store: Store) -> None:
    with pytest.raises(Invalid):
        bring_from_server(cast.malik, store, host="a b", port=993, login="a", password="b")
    with pytest.raises(Invalid):
        bring_from_server(cast.malik, store, host="imap.example.org", port=22, login="a", password="b")
    with pytest.raises(Invalid):
        bring_from_server(
            cast.malik, store, host="imap.example.org", port=143, login="a", password="b", is_encrypted=False
        )
    made = bring_from_server(cast.malik, store, host="Imap.Example.org", port=993, login="anna", password="open-sesame")
    assert "open-sesame" not in str(Transfer.objects.values().get())
    end_transfer(cast.malik, store, transfer=made, said="refused")
    assert Transfer.objects.get().secret == ""


def test_what_goes_out_as_an_mbox_comes_in_again_byte_by_byte(cast: Cast, store: Store) -> None:
    bring(cast, store, MBOX, into="Été")
    mailboxes = mailboxes_to_export(cast.malik, store, "")
    out = b"".join(letters_as_mbox(cast.malik, mailboxes))
    found = list(letters_of(io.BytesIO(out)))
    assert [(one.folder, one.flags) for one in found] == [
        ("Été", SEEN | ANSWERED | FLAGGED),
        ("Été/Concerts", 0),
    ]
    kept = {bytes(content_of(one.digest)) for one in Message.objects.all()}
    assert {one.content for one in found} == kept
    assert counts(bring(cast, store, out)) == ("done", 0, 2, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\r\n\r\nFrom here\r\n>From there\r\n\r\nFrom me Mon Nov  2 10:00:00 2026\r\n",
        b"Subject: empty\r\n\r\n",
        b"Subject: blank end\r\n\r\nx\r\n\r\n\r\n",
        b"From: \xe9\xff\r\n\r\n\x00\xff\r\n",
    ],
)
def test_no_letter_changes_on_its_way_through_an_mbox(content: bytes) -> None:
    told = {"received_at": datetime(2026, 1, 9, tzinfo=UTC), "flags": SEEN, "folder": "INBOX"}
    written = mbox_of(content, **told) + mbox_of(content, **told)
    first, second = letters_of(io.BytesIO(written))
    assert (first.content, second.content) == (content, content)
    assert (first.received_at, first.flags, first.folder) == (told["received_at"], SEEN, "INBOX")


def test_what_goes_out_as_a_zip_stands_in_its_folders(cast: Cast, store: Store) -> None:
    bring(cast, store, MBOX)
    entries = letters_as_files(cast.malik, mailboxes_to_export(cast.malik, store, ""))
    with zipfile.ZipFile(io.BytesIO(zipped(entries))) as archive:
        names = [name for name in archive.namelist() if name.endswith(".eml")]
        assert names == ["INBOX/000001 First.eml", "Concerts/000001 Second.eml"]
        assert archive.read(names[0]).startswith(b"From: Anna")
    whole = zipped(letters_as_files(cast.malik, mailboxes_to_export(cast.malik, store, "Concerts")))
    assert counts(bring(cast, store, whole)) == ("done", 0, 1, 0)
