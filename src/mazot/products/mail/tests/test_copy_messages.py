# SPDX-License-Identifier: AGPL-3.0-or-later
"""copy_messages and move_messages."""

import pytest

from mazot.foundation.errors import NotAllowed, NotFound, OverQuota
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages, move_messages
from mazot.products.mail.models import Mailbox, Message, Placement, Service, Store
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules.flags import ANSWERED, SEEN
from mazot.products.mail.tests.furnishing import LOOK_ONLY, a_service, an_address, share
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


@pytest.fixture
def archive(store: Store) -> Mailbox:
    return store.mailboxes.get(role="archive")


@pytest.fixture(autouse=True)
def three(cast: Cast, inbox: Mailbox) -> None:
    for number in range(3):
        append_message(
            cast.malik, inbox, arrival=a_letter(str(number)), flags=number, keywords=frozenset({f"k{number}"})
        )


@pytest.fixture
def second(cast: Cast, service: Service) -> Mailbox:
    """The inbox of choir@mimosa.example, which Malik keeps too."""
    address = an_address(service, "choir")
    share(address, cast.people.malik, is_keeper=True)
    return address.store.mailboxes.get(role="inbox")


def test_a_copy_is_the_same_message_and_costs_nothing(
    cast: Cast, store: Store, inbox: Mailbox, archive: Mailbox
) -> None:
    copied = copy_messages(cast.malik, inbox, uids=[1, 3, 7], to=archive)
    assert (copied.uidvalidity, copied.pairs) == (archive.uidvalidity, [(1, 1), (3, 2)])
    copy_messages(cast.malik, inbox, uids=[2], to=inbox)
    view = view_of(cast.malik, archive)
    assert (list(view.flags), view.keywords) == ([0, 2], {1: "k0", 2: "k2"})
    assert view.highest_modseq == copied.modseq
    assert list(view_of(cast.malik, inbox).uids) == [1, 2, 3, 4]
    store.refresh_from_db()
    assert (store.used, store.n_messages, Message.objects.count()) == (600, 3, 3)
    assert list(faults_of(store)) == []


def test_a_moved_message_stays_itself_under_a_new_uid(
    cast: Cast, store: Store, inbox: Mailbox, archive: Mailbox
) -> None:
    before = view_of(cast.malik, inbox).highest_modseq
    message = Placement.objects.get(mailbox=inbox, uid=2).message_id
    moved = move_messages(cast.malik, inbox, uids=[2, 3], to=archive)
    assert moved.pairs == [(2, 1), (3, 2)]
    assert Placement.objects.get(mailbox=archive, uid=1).message_id == message
    changes = changed_since(cast.malik, inbox, before)
    assert (changes.rows, changes.vanished, changes.highest_modseq) == ([], [2, 3], moved.modseq)
    assert list(view_of(cast.malik, archive).flags) == [SEEN, ANSWERED]
    assert list(faults_of(store)) == []


def test_a_message_moved_into_its_own_mailbox_takes_a_new_uid(cast: Cast, store: Store, inbox: Mailbox) -> None:
    assert move_messages(cast.malik, inbox, uids=[1], to=inbox).pairs == [(1, 4)]
    assert list(view_of(cast.malik, inbox).uids) == [2, 3, 4]
    assert list(faults_of(store)) == []


def test_another_store_keeps_messages_of_its_own(cast: Cast, store: Store, inbox: Mailbox, second: Mailbox) -> None:
    assert copy_messages(cast.malik, inbox, uids=[1, 2], to=second).pairs == [(1, 1), (2, 2)]
    assert move_messages(cast.malik, inbox, uids=[2], to=second).pairs == [(2, 3)]
    other = Store.objects.get(id=second.store_id)
    store.refresh_from_db()
    assert (other.used, other.n_messages) == (600, 3)
    assert (store.used, store.n_messages) == (400, 2)
    assert list(faults_of(store)) == list(faults_of(other)) == []


def test_what_does_not_fit_another_store_stays_where_it_is(cast: Cast, inbox: Mailbox, second: Mailbox) -> None:
    Store.objects.filter(id=second.store_id).update(allowed=500)
    with pytest.raises(OverQuota):
        move_messages(cast.malik, inbox, uids=[1, 2, 3], to=second)
    assert len(view_of(cast.malik, inbox).uids) == 3
    assert len(view_of(cast.malik, second).uids) == 0


def test_nothing_to_copy_changes_nothing(cast: Cast, store: Store, inbox: Mailbox, archive: Mailbox) -> None:
    store.refresh_from_db()
    before = store.modseq
    assert copy_messages(cast.malik, inbox, uids=[9], to=archive).pairs == []
    assert move_messages(cast.malik, inbox, uids=[], to=archive).pairs == []
    store.refresh_from_db()
    assert store.modseq == before


def test_a_look_is_enough_to_copy_but_not_to_put_anything_here(
    cast: Cast, service: Service, inbox: Mailbox, archive: Mailbox
) -> None:
    own = an_address(service, "gaia")
    share(own, cast.people.gaia, is_keeper=True)
    to = own.store.mailboxes.get(role="inbox")
    assert copy_messages(cast.gaia, inbox, uids=[1], to=to).pairs == [(1, 1)]
    for deed in (copy_messages, move_messages):
        with pytest.raises(NotAllowed):
            deed(cast.gaia, inbox, uids=[1], to=archive)
    with pytest.raises(NotAllowed):
        move_messages(cast.gaia, inbox, uids=[1], to=to)


def test_to_otto_both_ends_are_nowhere(cast: Cast, inbox: Mailbox, archive: Mailbox) -> None:
    foreign = an_address(a_service(cast.rival, "rival.example"), "otto")
    share(foreign, cast.people.otto, is_keeper=True)
    share(foreign, cast.people.malik, LOOK_ONLY)
    theirs = foreign.store.mailboxes.get(role="inbox")
    for deed in (copy_messages, move_messages):
        for actor, source, to in (
            (cast.otto, inbox, archive),
            (cast.otto, inbox, theirs),
            (cast.otto, theirs, inbox),
            (cast.malik, inbox, theirs),
        ):
            with pytest.raises(NotFound):
                deed(actor, source, uids=[1], to=to)
    assert Placement.objects.count() == 3
