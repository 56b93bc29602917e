# SPDX-License-Identifier: AGPL-3.0-or-later
"""expunge_messages, and what becomes of messages that no mailbox shows: restore_messages, forget_gone."""

from datetime import timedelta

import pytest

from mazot.foundation.blobs import blobs
from mazot.foundation.clock import Clock
from mazot.foundation.errors import NotAllowed, NotFound, OverQuota
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.mailboxes import remove_mailbox
from mazot.products.mail.actions.restoring import forget_gone, restore_messages
from mazot.products.mail.models import Mailbox, Message, Placement, Store, Thread, ThreadReference
from mazot.products.mail.queries.blobs import digests_in_use
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.queries.gone import gone_messages_for
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules.flags import DELETED, SEEN
from mazot.products.mail.tests.furnishing import share
from mazot.products.mail.tests.letters import a_letter
from mazot.tenancy.actor import Actor
from tests.cast import Cast


@pytest.fixture
def four(cast: Cast, inbox: Mailbox) -> Mailbox:
    """The inbox with four letters of 200 bytes, the second and third of which bear the flag of deletion."""
    for number in range(4):
        letter = a_letter(str(number), message_id=f"<{number}@x>")
        append_message(cast.malik, inbox, arrival=letter, flags=DELETED if number in (1, 2) else 0)
    return inbox


def used(store: Store) -> tuple[int, int, int]:
    store.refresh_from_db()
    return store.used, store.gone, store.n_messages


def test_what_bears_the_flag_goes_and_gives_its_bytes_back(cast: Cast, store: Store, four: Mailbox) -> None:
    known = view_of(cast.malik, four).highest_modseq
    gone = expunge_messages(cast.malik, four)
    assert gone.uids == [2, 3]
    changes = changed_since(cast.malik, four, known)
    assert (changes.rows, changes.vanished, changes.highest_modseq) == ([], [2, 3], gone.modseq)
    assert list(view_of(cast.malik, four).uids) == [1, 4]
    assert used(store) == (400, 400, 2)
    assert list(faults_of(store)) == []
    assert expunge_messages(cast.malik, four).uids == []


def test_of_named_uids_only_those_with_the_flag_go(cast: Cast, four: Mailbox) -> None:
    assert expunge_messages(cast.malik, four, uids=[1, 3]).uids == [3]
    assert list(view_of(cast.malik, four).uids) == [1, 2, 4]


def test_a_message_shown_elsewhere_stays_and_stays_charged(cast: Cast, store: Store, four: Mailbox) -> None:
    copy_messages(cast.malik, four, uids=[2], to=store.mailboxes.get(role="archive"))
    expunge_messages(cast.malik, four)
    assert used(store) == (600, 200, 3)
    assert list(faults_of(store)) == []


def test_a_message_comes_back_read_where_it_was_and_charged(cast: Cast, store: Store, four: Mailbox) -> None:
    expunge_messages(cast.malik, four)
    newest = gone_messages_for(cast.malik, store)
    assert [message.subject for message in newest] == ["2", "1"]
    assert restore_messages(cast.malik, store, message_ids=[m.id for m in newest]) == [(four.id, 5), (four.id, 6)]
    view = view_of(cast.malik, four)
    assert (list(view.uids), list(view.flags)) == ([1, 4, 5, 6], [0, 0, SEEN, SEEN])
    assert used(store) == (800, 0, 4)
    assert gone_messages_for(cast.malik, store) == []
    assert restore_messages(cast.malik, store, message_ids=[newest[0].id]) == []
    assert list(faults_of(store)) == []


def test_a_removed_mailbox_is_made_again_for_what_was_in_it(cast: Cast, store: Store, four: Mailbox) -> None:
    trash = store.mailboxes.get(role="trash")
    append_message(cast.malik, trash, arrival=a_letter("last"))
    remove_mailbox(cast.malik, trash)
    (message,) = gone_messages_for(cast.malik, store)
    ((mailbox_id, uid),) = restore_messages(cast.malik, store, message_ids=[message.id])
    made = Mailbox.objects.get(id=mailbox_id)
    assert (made.name, uid) == ("Trash", 1)
    assert made.uidvalidity > trash.uidvalidity
    assert list(faults_of(store)) == []


def test_what_does_not_fit_is_not_restored(cast: Cast, store: Store, four: Mailbox) -> None:
    expunge_messages(cast.malik, four)
    Store.objects.filter(id=store.id).update(allowed=500)
    with pytest.raises(OverQuota):
        restore_messages(cast.malik, store, message_ids=[m.id for m in gone_messages_for(cast.malik, store)])
    assert used(store) == (400, 400, 2)


def test_the_thirty_days_are_no_room_for_nothing(cast: Cast, store: Store, inbox: Mailbox) -> None:
    Store.objects.filter(id=store.id).update(allowed=500)
    for number in range(4):
        append_message(cast.malik, inbox, arrival=a_letter(str(number)), flags=DELETED)
        expunge_messages(cast.malik, inbox)
    assert used(store) == (0, 400, 0)
    assert Message.objects.count() == 2
    assert list(faults_of(store)) == []


def test_after_thirty_days_rows_threads_and_bytes_are_gone(
    cast: Cast, store: Store, four: Mailbox, post: Actor, clock: Clock
) -> None:
    expunge_messages(cast.malik, four)
    digest = gone_messages_for(cast.malik, store)[0].digest
    assert forget_gone(post, store) == 0
    clock.advance(timedelta(days=30, seconds=1))
    assert gone_messages_for(cast.malik, store) == []
    assert digest in set(digests_in_use())
    assert forget_gone(post, store) == 2
    assert used(store) == (400, 0, 2)
    assert (Message.objects.count(), Thread.objects.count(), ThreadReference.objects.count()) == (2, 2, 2)
    assert list(faults_of(store)) == []
    blobs().sweep(digests_in_use())
    assert not blobs().path_of(digest).exists()
    assert list(faults_of(store)) == []


def test_restoring_is_a_right_of_its_own(cast: Cast, store: Store, four: Mailbox) -> None:
    expunge_messages(cast.malik, four)
    ids = [message.id for message in gone_messages_for(cast.malik, store)]
    share(store.address, cast.people.adam)
    with pytest.raises(NotAllowed, match="entrusted"):
        restore_messages(cast.adam, store, message_ids=ids)
    assert len(gone_messages_for(cast.adam, store)) == 2


def test_to_otto_nothing_is_there_and_gaia_only_looks(cast: Cast, store: Store, four: Mailbox) -> None:
    deeds = (
        lambda actor: expunge_messages(actor, four),
        lambda actor: restore_messages(actor, store, message_ids=[1]),
        lambda actor: forget_gone(actor, store),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed(cast.otto)
        with pytest.raises(NotAllowed):
            deed(cast.gaia)
    with pytest.raises(NotFound):
        gone_messages_for(cast.otto, store)
    assert Placement.objects.count() == 4
