# SPDX-License-Identifier: AGPL-3.0-or-later
"""reread_messages, keep_readings."""

import pytest

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail.actions import rereading
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.actions.rereading import keep_readings, reread_messages
from mazot.products.mail.models import Mailbox, Message, Store
from mazot.products.mail.queries.placements import view_of
from mazot.wire.mime import READER, Reading, read_message
from tests.cast import Cast

LETTER = b"From: Ann <ann@example.org>\r\nSubject: Number %d\r\nMessage-ID: <%d@x>\r\n\r\nGood day.\r\n"


@pytest.fixture(autouse=True)
def five(cast: Cast, inbox: Mailbox) -> None:
    """Letters of which a reader before this one read nothing."""
    for number in range(5):
        blob = blobs().put(LETTER % (number, number))
        append_message(cast.malik, inbox, arrival=Arrival(blob, Reading(reading=0), clock.now()))


def test_what_an_older_reader_read_is_read_again(
    cast: Cast, store: Store, inbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rereading, "AT_ONCE", 2)
    before = view_of(cast.malik, inbox)
    assert list(reread_messages(cast.olive, store)) == [2, 4, 5]
    kept = Message.objects.order_by("id")
    assert [message.subject for message in kept] == [f"Number {number}" for number in range(5)]
    expected = read_message(LETTER % (0, 0))
    first = kept[0]
    assert (bytes(first.envelope), bytes(first.parts), first.sender, first.reading) == (
        expected.envelope,
        expected.parts,
        expected.sender,
        READER,
    )
    assert view_of(cast.malik, inbox) == before
    assert list(reread_messages(cast.olive, store)) == []
    assert list(reread_messages(cast.olive, store, everything=True)) == [2, 4, 5]


def test_a_missing_content_stops_nobody(cast: Cast, store: Store) -> None:
    blobs().path_of(Message.objects.order_by("id")[1].digest).unlink()
    assert list(reread_messages(cast.olive, store)) == [4]
    assert Message.objects.filter(reading=0).count() == 1


def test_to_otto_the_store_is_nowhere_and_malik_manages_nothing(cast: Cast, store: Store) -> None:
    with pytest.raises(NotFound):
        keep_readings(cast.otto, store, readings={})
    with pytest.raises(NotAllowed):
        list(reread_messages(cast.malik, store))
    assert Message.objects.filter(reading=0).count() == 5
