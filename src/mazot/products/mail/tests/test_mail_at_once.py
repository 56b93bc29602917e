# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several programs in one store at the same moment: real threads, real connections, real commits."""

import threading
from collections.abc import Callable

import pytest

from mazot.foundation.errors import OverQuota
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages, move_messages
from mazot.products.mail.actions.delivering import Filing, deliver_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.actions.mailboxes import make_mailbox, rename_mailbox
from mazot.products.mail.models import Expunged, Mailbox, Placement, Store
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules.flags import DELETED, FLAGGED, SEEN
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.products.mail.tests.letters import a_letter
from mazot.tenancy.actor import Actor
from tests import together
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    ended = together.at_once(*deeds, starts_within=120, ends_within=120)
    return [one.error or one.answer for one in ended]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return assemble()


def uids_of(mailbox: Mailbox) -> list[int]:
    """Every UID a mailbox ever gave."""
    given = [*Placement.objects.filter(mailbox=mailbox).values_list("uid", flat=True)]
    return sorted([*given, *Expunged.objects.filter(mailbox=mailbox).values_list("uid", flat=True)])


def test_deliveries_flags_and_moves_leave_dense_uids_and_true_counters(
    cast: Cast, store: Store, inbox: Mailbox, post: Actor
) -> None:
    archive = store.mailboxes.get(role="archive")
    letters = [a_letter(str(number), message_id=f"<{number}@x>", references=("<root@x>",)) for number in range(20)]
    for number in range(8):
        append_message(cast.malik, inbox, arrival=a_letter(f"old {number}"))
    deliveries = [lambda letter=letter: deliver_message(post, store, arrival=letter) for letter in letters]
    marks = [
        lambda: store_flags(cast.malik, inbox, uids=range(1, 30), mode="add", flags=SEEN),
        lambda: store_flags(cast.malik, inbox, uids=range(1, 30), mode="add", flags=FLAGGED, keywords={"x"}),
    ]
    moves = [
        lambda: move_messages(cast.malik, inbox, uids=[1, 2, 3, 4], to=archive),
        lambda: move_messages(cast.malik, inbox, uids=[3, 4, 5, 6], to=archive),
        lambda: move_messages(cast.malik, archive, uids=[1, 2], to=inbox),
        lambda: copy_messages(cast.malik, inbox, uids=[7, 8], to=archive),
    ]
    answers = at_once(*deliveries, *marks, *moves)

    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    for mailbox in (inbox, archive):
        mailbox.refresh_from_db()
        assert uids_of(mailbox) == list(range(1, mailbox.uidnext))
    delivered = [answer.modseq for answer in answers[:20]]
    assert len(set(delivered)) == 20
    by_uid = sorted((answer.placements[0][1], answer.modseq) for answer in answers[:20])
    assert [modseq for _uid, modseq in by_uid] == sorted(delivered), "who had the lower UID had the lower modseq"
    assert store.threads.count() == 8 + 1
    assert list(faults_of(store)) == []


def test_whoever_asks_by_modseq_misses_nothing(cast: Cast, store: Store, inbox: Mailbox, post: Actor) -> None:
    """A client that only ever asks what changed since ends with what a new one sees."""
    known: dict[int, int] = {}
    done = threading.Event()

    def follow() -> None:
        modseq = view_of(cast.malik, inbox).highest_modseq
        while True:
            last = done.is_set()
            changes = changed_since(cast.malik, inbox, modseq)
            assert changes.highest_modseq >= modseq
            modseq = changes.highest_modseq
            known.update({uid: flags for uid, flags, _words, _modseq in changes.rows})
            for uid in changes.vanished or ():
                known.pop(uid, None)
            if last:
                return

    def write(number: int) -> None:
        for turn in range(4):
            (placed,) = deliver_message(post, store, arrival=a_letter(f"{number} {turn}")).placements
            store_flags(cast.malik, inbox, uids=[placed[1]], mode="add", flags=SEEN if turn % 2 else DELETED)
        expunge_messages(cast.malik, inbox)

    answers: list[object] = []
    writers = [lambda number=number: write(number) for number in range(4)]

    def write_all() -> None:
        answers.extend(at_once(*writers))
        done.set()

    ended = together.at_once(follow, write_all, starts_within=120, ends_within=200)
    assert [one.error for one in ended if one.error] == []
    assert answers == [None] * 4
    view = view_of(cast.malik, inbox)
    assert known == dict(zip(view.uids, view.flags, strict=True))
    assert list(faults_of(store)) == []


def test_two_letters_that_fit_alone_but_not_together(cast: Cast, store: Store, post: Actor) -> None:
    Store.objects.filter(id=store.id).update(allowed=500)
    letters = [a_letter(str(number), size=300) for number in range(3)]
    answers = at_once(*[lambda letter=letter: deliver_message(post, store, arrival=letter) for letter in letters])
    assert sum(isinstance(answer, OverQuota) for answer in answers) == 2
    store.refresh_from_db()
    assert (store.used, store.n_messages) == (300, 1)
    assert list(faults_of(store)) == []


def test_a_folder_that_two_letters_ask_for_is_made_once(cast: Cast, store: Store, post: Actor) -> None:
    letters = [a_letter(str(number)) for number in range(4)]
    filing = [Filing("New/Inner", create=True)]
    answers = at_once(
        *[lambda letter=letter: deliver_message(post, store, arrival=letter, into=filing) for letter in letters],
        lambda: make_mailbox(cast.malik, store, name="New"),
    )
    assert [answer for answer in answers[:4] if isinstance(answer, BaseException)] == []
    assert store.mailboxes.get(name="New/Inner").n_total == 4
    validities = list(store.mailboxes.values_list("uidvalidity", flat=True))
    assert len(set(validities)) == len(validities) == 8
    assert list(faults_of(store)) == []


def test_stores_that_copy_to_each_other_do_not_wait_for_each_other(cast: Cast) -> None:
    service = a_service(cast.mimosa, "two.example")
    boxes = []
    for local in ("one", "two"):
        address = an_address(service, local)
        share(address, cast.people.malik, is_keeper=True)
        boxes.append(address.store.mailboxes.get(role="inbox"))
        append_message(cast.malik, boxes[-1], arrival=a_letter(local))
    one, two = boxes
    answers = at_once(
        *[lambda: copy_messages(cast.malik, one, uids=[1], to=two)] * 4,
        *[lambda: copy_messages(cast.malik, two, uids=[1], to=one)] * 4,
    )
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    for box in boxes:
        assert list(faults_of(box.store)) == []
        assert uids_of(box) == [1, 2, 3, 4, 5]


def test_a_rename_and_deliveries_beside_it_agree(cast: Cast, store: Store, inbox: Mailbox, post: Actor) -> None:
    letters = [a_letter(str(number)) for number in range(6)]
    answers = at_once(
        *[lambda letter=letter: deliver_message(post, store, arrival=letter) for letter in letters],
        lambda: rename_mailbox(cast.malik, inbox, name="Old"),
        lambda: rename_mailbox(cast.malik, store.mailboxes.get(role="archive"), name="Old 2"),
    )
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    old = store.mailboxes.get(name="Old")
    inbox.refresh_from_db()
    assert old.n_total + inbox.n_total == 6
    assert list(faults_of(store)) == []
