# SPDX-License-Identifier: AGPL-3.0-or-later
"""faults_of and mend_store (StoreMended), check_store, renew_store."""

import pytest

from mazot.exchange.facts.mail import StoreMended
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.rebuilding import check_store, mend_store, renew_store
from mazot.products.mail.models import Expunged, Mailbox, Message, Placement, Store
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.queries.placements import view_of
from mazot.products.mail.rules.flags import DELETED, SEEN
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


@pytest.fixture(autouse=True)
def three(cast: Cast, inbox: Mailbox) -> None:
    for number in range(3):
        append_message(cast.malik, inbox, arrival=a_letter(str(number)), flags=SEEN if number else DELETED)


def test_a_whole_store_has_no_faults_and_is_left_alone(cast: Cast, store: Store) -> None:
    before = Store.objects.get(id=store.id).modseq
    assert list(faults_of(store)) == []
    assert check_store(cast.olive, store) == mend_store(cast.olive, store) == []
    assert Store.objects.get(id=store.id).modseq == before


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("counter", lambda box: Mailbox.objects.filter(id=box.id).update(n_unseen=9)),
        ("counter", lambda box: Mailbox.objects.filter(id=box.id).update(n_deleted=9, n_total=1, n_bytes=7)),
        ("counter", lambda box: Store.objects.filter(id=box.store_id).update(used=1, gone=5, n_messages=9)),
        ("uid", lambda box: Mailbox.objects.filter(id=box.id).update(uidnext=2)),
        ("modseq", lambda box: Mailbox.objects.filter(id=box.id).update(highest_modseq=1)),
        ("modseq", lambda box: Store.objects.filter(id=box.store_id).update(modseq=1)),
        ("orphan", lambda box: Placement.objects.filter(mailbox=box, uid=2).delete()),
        ("shown_and_gone", lambda box: Message.objects.update(gone_at="2026-01-01T00:00:00Z", gone_from="x")),
        ("expunged_and_shown", lambda box: Expunged.objects.create(mailbox=box, uid=2, modseq=3)),
        ("no_inbox", lambda box: Mailbox.objects.filter(id=box.id).update(name="Other")),
        ("no_inbox", lambda box: Mailbox.objects.filter(id=box.id).update(role="")),
        ("uidvalidity", lambda box: Mailbox.objects.filter(id=box.id).update(uidvalidity=2)),
        ("uidvalidity", lambda box: Mailbox.objects.filter(id=box.id).update(uidvalidity=2**31)),
    ],
)
def test_what_does_not_hold_is_found_and_mended(cast: Cast, store: Store, inbox: Mailbox, kind: str, spoil) -> None:
    spoil(inbox)
    assert kind in {fault.kind for fault in check_store(cast.olive, store)}
    assert kind in {fault.kind for fault in mend_store(cast.olive, store)}
    assert list(faults_of(store)) == []
    assert Placement.objects.count() == 3
    assert FactRow.objects.get(kind=StoreMended.kind()).details["address"] == "malik@mimosa.example"


def test_a_message_nobody_saw_comes_to_the_inbox(cast: Cast, store: Store, inbox: Mailbox) -> None:
    Placement.objects.filter(mailbox=inbox, uid=2).delete()
    mend_store(cast.olive, store)
    view = view_of(cast.malik, inbox)
    assert (list(view.uids), list(view.flags)) == ([1, 3, 4], [DELETED, SEEN, 0])


def test_where_a_uid_may_have_been_given_twice_programs_begin_anew(cast: Cast, store: Store, inbox: Mailbox) -> None:
    Mailbox.objects.filter(id=inbox.id).update(uidnext=2)
    mend_store(cast.olive, store)
    view = view_of(cast.malik, inbox)
    assert view.uidvalidity > inbox.uidvalidity
    assert view.uidnext == 4


def test_after_a_restore_every_mailbox_looks_new_and_shows_the_same(cast: Cast, store: Store, inbox: Mailbox) -> None:
    before = set(store.mailboxes.values_list("uidvalidity", flat=True))
    assert renew_store(cast.olive, store) == 6
    after = set(store.mailboxes.values_list("uidvalidity", flat=True))
    assert len(after) == 6
    assert min(after) > max(before)
    assert list(view_of(cast.malik, inbox).uids) == [1, 2, 3]
    assert list(faults_of(store)) == []


def test_a_missing_content_is_named(cast: Cast, store: Store) -> None:
    first, second = Message.objects.order_by("id")[:2]
    blobs().path_of(first.digest).unlink()
    blobs().path_of(second.digest).write_bytes(b"torn")
    assert {str(fault) for fault in faults_of(store)} == {
        f"content of {first.digest}: missing, must be 200 bytes",
        f"content of {second.digest}: 4, must be 200 bytes",
    }


def test_what_was_let_go_is_no_fault(cast: Cast, store: Store, inbox: Mailbox) -> None:
    expunge_messages(cast.malik, inbox)
    assert list(faults_of(store)) == []


def test_to_otto_the_store_is_nowhere_and_malik_manages_nothing(cast: Cast, store: Store) -> None:
    for deed in (check_store, mend_store, renew_store):
        with pytest.raises(NotFound):
            deed(cast.otto, store)
        with pytest.raises(NotAllowed):
            deed(cast.malik, store)
