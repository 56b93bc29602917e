# SPDX-License-Identifier: AGPL-3.0-or-later
"""index_store, reindex_store, keep_entries, begin_again: what is in the index, and what leaves it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail import jobs
from mazot.products.mail.actions import indexing
from mazot.products.mail.actions.addresses import erase_address
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.actions.indexing import begin_again, drop_some, index_store, keep_entries, reindex_store
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.actions.rereading import reread_messages
from mazot.products.mail.actions.restoring import forget_gone
from mazot.products.mail.models import Indexed, Indexing, Kept, Mailbox, Message, Store, Word
from mazot.products.mail.queries.finding import MATCHING, candidates_in, matching
from mazot.products.mail.queries.indexed import stores_behind
from mazot.products.mail.rules.flags import DELETED
from mazot.products.mail.rules.terms import place_of
from mazot.products.mail.tests.furnishing import an_address
from mazot.wire.mime import read_message
from tests.cast import Cast


def write(cast: Cast, inbox: Mailbox, text: str, at: datetime | None = None) -> int:
    content = f"From: Ann <ann@example.org>\r\nSubject: Rehearsal\r\n\r\n{text}\r\n".encode()
    arrival = Arrival(blobs().put(content), read_message(content), at or clock.now())
    return append_message(cast.malik, inbox, arrival=arrival)[1]


def sure(cast: Cast, inbox: Mailbox, needle: str) -> set[int]:
    return set(candidates_in(cast.malik, inbox, needle, with_header=True, only_header=False).sure)


def terms_left(store: Store) -> int:
    """How many letters the words of this store are still found in."""
    condition, value = matching(store.id, [["brehearsing*"]])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM mail_terms t WHERE {condition}", [value])
        return int(cursor.fetchone()[0])


def test_the_index_goes_on_where_it_was(cast: Cast, store: Store, inbox: Mailbox, monkeypatch) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    uids = [write(cast, inbox, f"rehearsing {number}") for number in range(5)]
    assert stores_behind() == [store]
    steps = index_store(cast.olive, store)
    assert next(steps) == 2
    steps.close()
    assert sure(cast, inbox, "rehearsing") == set(uids[:2])
    found = candidates_in(cast.malik, inbox, "rehearsing", with_header=True, only_header=False)
    assert found.unread == set(uids[2:])
    assert list(index_store(cast.olive, store)) == [2, 3]
    assert sure(cast, inbox, "rehearsing") == set(uids)
    assert stores_behind() == []
    late = write(cast, inbox, "rehearsing late")
    assert stores_behind() == [store]
    assert jobs.index_letters() == jobs.SECONDS_BETWEEN
    assert sure(cast, inbox, "hearsing l") == set()
    assert sure(cast, inbox, "late") == {late}


def test_what_is_erased_leaves_no_word_behind(cast: Cast, store: Store, inbox: Mailbox) -> None:
    first, second = write(cast, inbox, "rehearsing once"), write(cast, inbox, "rehearsing twice")
    list(index_store(cast.olive, store))
    store_flags(cast.malik, inbox, uids=[first], mode="add", flags=DELETED)
    expunge_messages(cast.malik, inbox)
    assert sure(cast, inbox, "rehearsing") == {second}
    Message.objects.exclude(gone_at=None).update(gone_at=clock.now() - timedelta(days=31))
    assert forget_gone(cast.malik, store) == 1
    assert (Indexed.objects.count(), Kept.objects.count(), terms_left(store)) == (1, 1, 1)
    assert not Word.objects.filter(word__contains="once").exists()
    assert Word.objects.get(word="brehearsing").n_letters == 1
    assert sure(cast, inbox, "twice") == {second}


def test_what_is_read_anew_is_indexed_anew(cast: Cast, store: Store, inbox: Mailbox) -> None:
    uids = [write(cast, inbox, f"rehearsing {number}") for number in range(3)]
    list(index_store(cast.olive, store))
    list(reread_messages(cast.olive, store, everything=True))
    assert (Indexed.objects.count(), Word.objects.count(), terms_left(store)) == (0, 0, 0)
    found = candidates_in(cast.malik, inbox, "rehearsing", with_header=True, only_header=False)
    assert (found.unread, stores_behind()) == (set(uids), [store])
    list(index_store(cast.olive, store))
    assert sure(cast, inbox, "rehearsing") == set(uids)


def test_an_index_made_anew_is_the_same(cast: Cast, store: Store, inbox: Mailbox) -> None:
    for number in range(3):
        write(cast, inbox, f"rehearsing {number} été 東京")
    list(index_store(cast.olive, store))
    before = [list(table.objects.order_by("pk").values()) for table in (Indexed, Kept, Word, Indexing)]
    assert list(reindex_store(cast.olive, store)) == [3]
    assert [list(table.objects.order_by("pk").values()) for table in (Indexed, Kept, Word, Indexing)] == before
    assert terms_left(store) == 3


def test_letters_of_one_second_lie_beside_each_other(cast: Cast, store: Store, inbox: Mailbox) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    write(cast, inbox, "rehearsing", at)
    message = Message.objects.get()
    other = an_address(store.address.service, "other").store
    Indexed.objects.create(
        place=place_of(at, message.id), store=other, message=_copy(message, other), is_whole=True, is_plain=True
    )
    list(index_store(cast.olive, store))
    assert Indexed.objects.get(message=message).place == place_of(at, message.id) + 1


def _copy(message: Message, store: Store) -> Message:
    twin = Message.objects.get(id=message.id)
    twin.pk, twin.store, twin.thread = None, store, None
    twin.save(force_insert=True)
    return twin


def test_an_address_that_is_erased_takes_its_words_along(cast: Cast, store: Store, inbox: Mailbox, post) -> None:
    write(cast, inbox, "rehearsing")
    list(index_store(cast.olive, store))
    store.address.deleted_at = clock.now()
    store.address.save(update_fields=["deleted_at"])
    erase_address(post, store.address)
    assert (Indexed.objects.count(), Kept.objects.count(), Word.objects.count(), terms_left(store)) == (0, 0, 0, 0)


def test_one_search_walks_over_no_other_store(cast: Cast, store: Store, inbox: Mailbox) -> None:
    """SQLite's planner would ask the index once for each message of the mailbox."""
    condition, value = matching(store.id, [["brehearsing"]])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN SELECT rowid FROM mail_terms t WHERE {condition}", [value])
            assert any("mail_terms_gin" in line for (line,) in cursor.fetchall())
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {MATCHING.format(condition)}", [value, inbox.id])
        plan = [str(line[-1]) for line in cursor.fetchall()]
    assert plan[0].startswith("SCAN t VIRTUAL TABLE INDEX")
    assert [line.split(" (")[0].split(" USING")[0] for line in plan[1:]] == ["SEARCH i", "SEARCH p"]


def test_to_otto_there_is_no_index_and_malik_does_not_make_it_anew(cast: Cast, store: Store, inbox: Mailbox) -> None:
    write(cast, inbox, "rehearsing")
    for deed in (
        lambda: candidates_in(cast.otto, inbox, "rehearsing", with_header=True, only_header=False),
        lambda: keep_entries(cast.otto, store, entries={}, upto=9),
        lambda: begin_again(cast.otto, store),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(NotFound):
        drop_some(cast.otto, store)
    with pytest.raises(NotAllowed):
        list(reindex_store(cast.malik, store))
    assert not Indexing.objects.exists()
