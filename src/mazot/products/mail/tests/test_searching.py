# SPDX-License-Identifier: AGPL-3.0-or-later
"""find_letters: what a person looks for, with and without the index."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.actions.indexing import index_store
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.models import Mailbox, Message, Store
from mazot.products.mail.queries import searching
from mazot.products.mail.queries.searching import BEYOND, IN_PART, Asked, find_letters
from mazot.products.mail.rules.flags import DELETED
from mazot.wire.mime import read_message
from tests.cast import Cast

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LETTERS = (
    ("Ann Arbour <ann@example.org>", "Rehearsal on Friday", "The choir meets at a quarter past seven."),
    ("Bea <bea@example.net>", "Friday", "The rehearsal hall is closed; the choir does not meet."),
    ("Ann Arbour <ann@example.org>", "Réunion", "L'été à 東京都, at seven past a quarter."),
    ("Cem <cem@example.org>", "Minutes", "A quarter of us voted; snake_case stays."),
)


@pytest.fixture(params=[4, 2, 0])
def written(request: pytest.FixtureRequest, cast: Cast, store: Store, inbox: Mailbox) -> list[int]:
    """Four letters by age, the last written first; all of them, two or none are in the index."""
    for number, (sender, subject, text) in enumerate(LETTERS):
        content = (
            f"From: {sender}\r\nTo: malik@mimosa.example\r\nX-Noise: thunder\r\nSubject: {subject}\r\n\r\n{text}\r\n"
        )
        blob = blobs().put(content.encode())
        arrival = Arrival(blob, read_message(content.encode()), FIRST - timedelta(days=number))
        append_message(cast.malik, inbox, arrival=arrival)
        if number + 1 == request.param:
            list(index_store(cast.olive, store))
    return list(Message.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked("choir"), [0, 1]),
        (Asked("CHOIR rehearsal"), [0, 1]),
        (Asked('"quarter past"'), [0]),
        (Asked("seven quarter"), [0, 2]),
        (Asked("ete"), [2]),
        (Asked("東京"), [2]),
        (Asked("都"), [2]),
        (Asked("hear*"), []),
        (Asked("rehears*"), [0, 1]),
        (Asked("ann@example.org"), [0, 2]),
        (Asked("snake"), [3]),
        (Asked("thunder"), []),
        (Asked("friday", sender="ann"), [0]),
        (Asked(sender="example.org"), [0, 2, 3]),
        (Asked(subject="friday", recipient="malik"), [0, 1]),
        (Asked("quarter", since=FIRST - timedelta(days=2)), [0, 2]),
        (Asked("quarter", before=FIRST), [2, 3]),
        (Asked("quarter", has_attachments=True), []),
        (Asked(), [0, 1, 2, 3]),
        (Asked("nowhere"), []),
    ],
)
def test_letters_are_found(cast: Cast, store: Store, written: list[int], asked: Asked, expected: list[int]) -> None:
    page = find_letters(cast.malik, store, asked)
    assert (page.message_ids, page.after, page.is_complete) == ([written[at] for at in expected], None, True)


def test_pages_follow_each_other_and_miss_nothing(
    cast: Cast, store: Store, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "AT_ONCE", 1)
    found, after = [], None
    while True:
        page = find_letters(cast.malik, store, Asked("a"), after=after, limit=1)
        found += page.message_ids
        after = page.after
        if after is None:
            break
    assert found == [written[0], written[2], written[3]]


def test_what_is_deleted_or_in_another_mailbox_is_not_found(
    cast: Cast, store: Store, inbox: Mailbox, written: list[int]
) -> None:
    trash = store.mailboxes.get(role="trash")
    assert find_letters(cast.malik, store, Asked("choir", mailbox=trash)).message_ids == []
    assert find_letters(cast.malik, store, Asked("choir", mailbox=inbox)).message_ids == written[:2]
    store_flags(cast.malik, inbox, uids=[1], mode="add", flags=DELETED)
    expunge_messages(cast.malik, inbox)
    assert find_letters(cast.malik, store, Asked("choir")).message_ids == written[1:2]


def test_otto_finds_no_store(cast: Cast, store: Store, written: list[int]) -> None:
    with pytest.raises(NotFound):
        find_letters(cast.otto, store, Asked("choir"))
    with pytest.raises(NotFound):
        find_letters(cast.olive, store, Asked("choir"))


def test_what_is_inside_an_attached_file_is_found(cast: Cast, store: Store, inbox: Mailbox) -> None:
    content = (
        b"From: Ann <ann@example.org>\r\nSubject: List\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
        b"--cut\r\n\r\nSee the list.\r\n--cut\r\nContent-Type: text/csv; name=list.csv\r\n"
        b"Content-Disposition: attachment; filename=list.csv\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"dHJvbWJvbmU7IGZpcnN0IGNoYWly\r\n--cut--\r\n"
    )
    arrival = Arrival(blobs().put(content), read_message(content), FIRST)
    append_message(cast.malik, inbox, arrival=arrival)
    unread = find_letters(cast.malik, store, Asked("trombone"))
    assert (unread.message_ids, unread.is_complete) == ([], False)
    list(index_store(cast.olive, store))
    key = Message.objects.get().id
    for asked in (Asked("trombone"), Asked('"first chair"'), Asked("list", has_attachments=True)):
        page = find_letters(cast.malik, store, asked)
        assert (page.message_ids, page.is_complete) == ([key], True)


def test_what_waits_for_the_index_is_found_without_reading_every_row(store: Store) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the order is SQLite's own")
    for sql, values, first in (
        (BEYOND, [store.id, 1, 5], "SEARCH m USING INDEX mail_message_store_id"),
        (IN_PART, [store.id, 5], "SEARCH i USING INDEX indexed_in_part"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql.format('')}", values)
            assert cursor.fetchall()[0][-1].startswith(first)
