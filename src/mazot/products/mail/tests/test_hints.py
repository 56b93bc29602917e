# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever listens hears that a store changed, once it has, and from which modseq to ask."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from mazot.foundation.bus import bus
from mazot.foundation.errors import OverQuota
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.actions.mailboxes import make_mailbox
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.placements import view_of
from mazot.products.mail.rules.flags import DELETED, SEEN
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def heard(cast: Cast, store: Store, inbox: Mailbox) -> Iterator[list[Any]]:
    """What a session hears: the modseq it was told and what the database answered at that moment."""
    told: list[Any] = []

    def hear(_topic: str, message: dict[str, Any]) -> None:
        told.append((message["modseq"], view_of(cast.malik, inbox).highest_modseq))

    subscription = bus().subscribe(hear, topics=[f"mail:store:{store.id}"])
    yield told
    subscription.close()


def test_every_change_is_hinted_at_after_its_commit(cast: Cast, store: Store, inbox: Mailbox, heard: list[Any]) -> None:
    append_message(cast.malik, inbox, arrival=a_letter())
    store_flags(cast.malik, inbox, uids=[1], mode="add", flags=DELETED)
    expunge_messages(cast.malik, inbox)
    first = heard[0][0]
    assert heard == [(first, first), (first + 1, first + 1), (first + 2, first + 2)]
    make_mailbox(cast.malik, store, name="New")
    assert heard[3] == (first + 3, first + 2)


def test_what_changes_nothing_hints_at_nothing(cast: Cast, store: Store, inbox: Mailbox, heard: list[Any]) -> None:
    store_flags(cast.malik, inbox, uids=[1], mode="add", flags=SEEN)
    expunge_messages(cast.malik, inbox)
    Store.objects.filter(id=store.id).update(allowed=10)
    with pytest.raises(OverQuota):
        append_message(cast.malik, inbox, arrival=a_letter())
    with pytest.raises(RuntimeError), transaction.atomic():
        make_mailbox(cast.malik, store, name="New")
        raise RuntimeError
    assert heard == []
