# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever is done to a store in whatever order, it is what its plain twin is, and what it told its clients adds up."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mazot.foundation.errors import Conflict, OverQuota, Refused
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages, move_messages
from mazot.products.mail.actions.delivering import Filing, deliver_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.actions.mailboxes import make_mailbox, remove_mailbox, rename_mailbox
from mazot.products.mail.actions.restoring import restore_messages
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.queries.gone import gone_messages_for
from mazot.products.mail.queries.mailboxes import mailboxes_for
from mazot.products.mail.queries.messages import rows_for
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.tests.furnishing import a_service, an_address
from mazot.products.mail.tests.letters import a_letter
from mazot.products.mail.tests.twins import ROOM, SIZE, Refusal, Twin
from mazot.tenancy.actor import Actor
from tests.cast import founded_by, person_named
from tests.sizes import cases

NAMES = some.sampled_from(["a", "a/b", "a/b/b", "a/b/c", "b", "b/b", "Trash", "INBOX"])
NUMBERS = some.integers(0, 20)
UIDS = some.lists(some.integers(1, 9), max_size=5)
FLAGS = some.sampled_from([0, 1, 4, 8, 9])
WORDS = some.frozensets(some.sampled_from(["x", "y"]))


class Programs(RuleBasedStateMachine):
    """A store, its twin, and for each mailbox a client that only ever asks what changed since it last asked."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        mimosa = founded_by(person_named("olive"), "Mimosa")
        self.store = an_address(a_service(mimosa), "malik").store
        Store.objects.filter(id=self.store.id).update(allowed=ROOM)
        self.actor = Actor.system(mimosa.id, because="a test acts")
        self.twin = Twin()
        self.known: dict[int, dict[int, tuple[int, str]]] = {}
        self.asked: dict[int, int] = {}
        self.validities: dict[int, int] = {}
        self.modseq = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def boxes(self) -> dict[str, Mailbox]:
        return {mailbox.name: mailbox for mailbox in mailboxes_for(self.actor, self.store)}

    def one(self, number: int) -> Mailbox:
        boxes = self.boxes()
        return boxes[sorted(boxes)[number % len(boxes)]]

    def same(self, real: Callable[[], Any], twin: Callable[[], Any]) -> tuple[Any, Any]:
        """Do a deed on both; either both refuse it or neither."""
        try:
            expected = twin()
        except Refusal:
            with pytest.raises((Conflict, OverQuota, Refused)):
                real()
            return None, None
        return real(), expected

    def letter(self) -> Any:
        number = self.twin.letters + 1
        return a_letter(f"{number}", size=SIZE, message_id=f"<{number}@x>", references=(f"<{number % 5}@x>",))

    @rule(at=NUMBERS, flags=FLAGS, words=WORDS)
    def append(self, at: int, flags: int, words: frozenset[str]) -> None:
        box, letter = self.one(at), self.letter()
        told, uid = self.same(
            lambda: append_message(self.actor, box, arrival=letter, flags=flags, keywords=words),
            lambda: self.twin.append(box.name, flags, words),
        )
        assert told == (uid and (box.uidvalidity, uid))

    @rule(names=some.lists(NAMES, min_size=1, max_size=2), create=some.booleans())
    def deliver(self, names: list[str], create: bool) -> None:
        into, letter = [Filing(name, create=create) for name in names], self.letter()
        self.same(
            lambda: deliver_message(self.actor, self.store, arrival=letter, into=into),
            lambda: self.twin.deliver(names, create=create),
        )

    @rule(at=NUMBERS, uids=UIDS, mode=some.sampled_from(["set", "add", "remove"]), flags=FLAGS, words=WORDS)
    def mark(self, at: int, uids: list[int], mode: Any, flags: int, words: frozenset[str]) -> None:
        box = self.one(at)
        stored = store_flags(self.actor, box, uids=uids, mode=mode, flags=flags, keywords=words)
        changed = self.twin.mark(box.name, uids, mode, flags, words)
        assert {row[0] for row in stored.rows if row[3] > self.modseq} == changed

    @rule(at=NUMBERS, uids=UIDS, to=NUMBERS, moves=some.booleans())
    def copy(self, at: int, uids: list[int], to: int, moves: bool) -> None:
        box, other = self.one(at), self.one(to)
        deed, twin = (move_messages, self.twin.move) if moves else (copy_messages, self.twin.copy)
        assert deed(self.actor, box, uids=uids, to=other).pairs == twin(box.name, uids, other.name)

    @rule(at=NUMBERS, uids=some.none() | UIDS)
    def expunge(self, at: int, uids: list[int] | None) -> None:
        box = self.one(at)
        assert expunge_messages(self.actor, box, uids=uids).uids == self.twin.expunge(box.name, uids)

    @rule()
    def restore(self) -> None:
        ids = [message.id for message in gone_messages_for(self.actor, self.store)]
        self.same(lambda: restore_messages(self.actor, self.store, message_ids=ids), self.twin.restore)

    @rule(name=NAMES)
    def make(self, name: str) -> None:
        self.same(lambda: make_mailbox(self.actor, self.store, name=name), lambda: self.twin.make(name))

    @rule(at=NUMBERS, name=NAMES)
    def rename(self, at: int, name: str) -> None:
        box = self.one(at)
        self.same(lambda: rename_mailbox(self.actor, box, name=name), lambda: self.twin.rename(box.name, name))

    @rule(at=NUMBERS)
    def remove(self, at: int) -> None:
        box = self.one(at)
        self.same(lambda: remove_mailbox(self.actor, box), lambda: self.twin.remove(box.name))

    @invariant()
    def it_is_what_its_twin_is(self) -> None:
        boxes = self.boxes()
        assert set(boxes) == set(self.twin.boxes)
        for name, box in boxes.items():
            twin = self.twin.boxes[name]
            view = view_of(self.actor, box)
            assert view.uidnext == twin.uidnext
            assert list(view.uids) == sorted(twin.entries)
            for uid, flags in zip(view.uids, view.flags, strict=True):
                words = frozenset(view.keywords.get(uid, "").split())
                assert (flags, words) == (twin.entries[uid].flags, twin.entries[uid].keywords)
            subjects = rows_for(self.actor, box, view.uids, ["subject"])
            assert [int(subject) for _uid, subject in subjects] == [twin.entries[uid].letter for uid in view.uids]
        store = Store.objects.get(id=self.store.id)
        assert (store.used, store.n_messages) == (self.twin.used(), len(self.twin.shown()))
        assert store.gone == SIZE * len(self.twin.gone)
        assert store.modseq >= self.modseq
        self.modseq = store.modseq

    @invariant()
    def it_keeps_its_promises(self) -> None:
        assert list(faults_of(self.store, with_contents=False)) == []
        for box in self.boxes().values():
            if box.id not in self.validities:
                assert box.uidvalidity not in self.validities.values(), "a mailbox made again looks like the old one"
            assert self.validities.setdefault(box.id, box.uidvalidity) == box.uidvalidity

    @invariant()
    def a_client_that_asks_what_changed_knows_everything(self) -> None:
        for box in self.boxes().values():
            changes = changed_since(self.actor, box, self.asked.get(box.id, 0))
            known = self.known.setdefault(box.id, {})
            known.update({uid: (flags, words) for uid, flags, words, _modseq in changes.rows})
            for uid in changes.vanished or ():
                known.pop(uid, None)
            self.asked[box.id] = changes.highest_modseq
            view = view_of(self.actor, box)
            seen = zip(view.uids, view.flags, strict=True)
            assert known == {uid: (flags, view.keywords.get(uid, "")) for uid, flags in seen}


@pytest.mark.django_db
@pytest.mark.slow
def test_after_every_deed_a_store_and_its_twin_agree() -> None:
    """Thirty sequences of thirty deeds take some ten seconds."""
    run_state_machine_as_test(
        Programs,
        settings=settings(
            max_examples=cases(few=10, full=30),
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
        ),
    )
