# SPDX-License-Identifier: AGPL-3.0-or-later
"""A store that fills (StoreFilled), a mailbox that remembers too much (forget_expunged)."""

import pytest
from django.core import mail as letters

from mazot.exchange.facts.mail import StoreFilled
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.foundation.facts import Heard
from mazot.foundation.ids import new_id
from mazot.foundation.models import FactRow
from mazot.products.mail import jobs
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.forgetting import forget_expunged
from mazot.products.mail.actions.stores import allow_bytes
from mazot.products.mail.models import Expunged, Mailbox, Sharing, Store
from mazot.products.mail.queries import remembered
from mazot.products.mail.queries.keepers import keepers_of
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules.flags import DELETED
from mazot.products.mail.rules.room import level_of
from mazot.products.mail.tests.furnishing import share
from mazot.products.mail.tests.letters import a_letter
from mazot.tenancy.actor import Actor
from tests.cast import Cast


@pytest.mark.parametrize(
    ("used", "warned", "level"),
    [(0, 0, 0), (79, 0, 0), (80, 0, 80), (94, 80, 80), (95, 80, 95), (100, 0, 95), (85, 95, 95), (70, 80, 80)],
)
def test_people_are_told_at_each_level_once(used: int, warned: int, level: int) -> None:
    assert level_of(used, 100, warned=warned) == level


def test_below_seventy_per_cent_it_begins_anew() -> None:
    assert level_of(69, 100, warned=95) == level_of(1000, None, warned=80) == level_of(5, 0, warned=80) == 0


def told() -> list[int]:
    return [row.details["percent"] for row in FactRow.objects.filter(kind=StoreFilled.kind()).order_by("at", "id")]


def test_a_store_tells_that_it_fills_and_again_after_it_was_emptied(cast: Cast, store: Store, inbox: Mailbox) -> None:
    allow_bytes(cast.olive, store, allowed=1000)
    for number in range(3):
        append_message(cast.malik, inbox, arrival=a_letter(str(number)), flags=DELETED)
    assert told() == []
    append_message(cast.malik, inbox, arrival=a_letter("fourth"), flags=DELETED)
    assert told() == [80]
    append_message(cast.malik, inbox, arrival=a_letter("fifth"))
    assert told() == [80, 95]
    expunge_messages(cast.malik, inbox)
    allow_bytes(cast.olive, store, allowed=240)
    assert told() == [80, 95, 80]
    assert FactRow.objects.filter(kind=StoreFilled.kind()).first().details["address"] == "malik@mimosa.example"


def test_its_keeper_is_written_to_in_their_language(
    cast: Cast, store: Store, django_capture_on_commit_callbacks
) -> None:
    cast.people.malik.language = "fr"
    cast.people.malik.save(update_fields=["language"])
    heard = Heard(
        new_id(),
        StoreFilled.kind(),
        cast.mimosa.id,
        None,
        "job",
        {"address_id": str(store.address_id), "address": "malik@mimosa.example", "percent": 80},
    )
    with django_capture_on_commit_callbacks(execute=True):
        jobs.hear_filled(heard)
    jobs.write_filled(str(cast.people.malik.id), "malik@mimosa.example", 80)
    (letter,) = letters.outbox
    assert letter.to == ["malik@people.example"]
    assert "malik@mimosa.example" in letter.subject
    assert "80" in letter.body


def test_an_address_without_a_keeper_is_written_about_to_whoever_changes_its_mail(cast: Cast, store: Store) -> None:
    assert keepers_of(store.address_id) == [cast.people.malik]
    Sharing.objects.filter(person=cast.people.malik).delete()
    assert keepers_of(store.address_id) == []
    share(store.address, cast.people.basil, is_keeper=False)
    share(store.address, cast.people.adam)
    assert keepers_of(store.address_id) == [cast.people.adam]


def test_a_mailbox_forgets_the_oldest_and_says_so(
    cast: Cast, store: Store, inbox: Mailbox, post: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "MOST", 2)
    modseqs = []
    for number in range(4):
        append_message(cast.malik, inbox, arrival=a_letter(str(number)), flags=DELETED)
        modseqs.append(expunge_messages(cast.malik, inbox).modseq)
    assert remembered.stores_that_remember_too_much() == [store]
    assert jobs.forget_what_is_over() == 2
    assert remembered.stores_that_remember_too_much() == []
    assert list(Expunged.objects.order_by("uid").values_list("uid", flat=True)) == [3, 4]
    assert changed_since(cast.malik, inbox, modseqs[0]).vanished is None
    assert changed_since(cast.malik, inbox, modseqs[1]).vanished == [3, 4]
    assert changed_since(cast.malik, inbox, view_of(cast.malik, inbox).highest_modseq).vanished == []
    assert forget_expunged(post, store) == 0


def test_to_otto_the_store_is_nowhere_and_gaia_only_looks(cast: Cast, store: Store) -> None:
    with pytest.raises(NotFound):
        forget_expunged(cast.otto, store)
    with pytest.raises(NotAllowed):
        forget_expunged(cast.gaia, store)
