# SPDX-License-Identifier: AGPL-3.0-or-later
"""open_store, allow_bytes, erase_store."""

import pytest

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, OverQuota
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages
from mazot.products.mail.actions.stores import allow_bytes, erase_store, open_store
from mazot.products.mail.models import (
    Address,
    Expunged,
    Mailbox,
    Message,
    Placement,
    Service,
    Store,
    Thread,
    ThreadReference,
)
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.tests.furnishing import an_address
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


@pytest.fixture
def bare(service: Service) -> Address:
    return Address.objects.create(
        organization_id=service.organization_id,
        instance_id=service.instance_id,
        service=service,
        local="choir",
        kind="real",
        created_at=clock.now(),
    )


def test_a_store_opens_with_the_folders_programs_expect(cast: Cast, bare: Address) -> None:
    store = open_store(cast.olive, bare, allowed=1000)
    made = list(Mailbox.objects.filter(store=store).order_by("id").values_list("name", "role", "uidvalidity"))
    assert [(name, role) for name, role, _uidvalidity in made] == [
        ("INBOX", "inbox"),
        ("Drafts", "drafts"),
        ("Sent", "sent"),
        ("Spam", "junk"),
        ("Trash", "trash"),
        ("Archive", "archive"),
    ]
    validities = [uidvalidity for *_rest, uidvalidity in made]
    assert validities == sorted(set(validities))
    assert 2**32 > validities[0] >= int(clock.now().timestamp()) - 60
    assert Store.objects.get(id=store.id).allowed == 1000
    assert list(faults_of(store)) == []
    with pytest.raises(Conflict):
        open_store(cast.olive, bare)


def test_an_alias_keeps_nothing(cast: Cast, bare: Address) -> None:
    bare.kind = "alias"
    with pytest.raises(Invalid):
        open_store(cast.olive, bare)


def test_room_grows_and_shrinks_below_what_is_there(cast: Cast, store: Store, inbox: Mailbox) -> None:
    append_message(cast.malik, inbox, arrival=a_letter(size=300))
    allow_bytes(cast.olive, store, allowed=100)
    with pytest.raises(OverQuota):
        append_message(cast.malik, inbox, arrival=a_letter())
    allow_bytes(cast.olive, store, allowed=None)
    append_message(cast.malik, inbox, arrival=a_letter())
    with pytest.raises(Invalid):
        allow_bytes(cast.olive, store, allowed=-1)
    store.refresh_from_db()
    assert (store.allowed, store.used) == (None, 500)


def test_an_erased_store_leaves_nothing_and_no_other_store_misses_anything(
    cast: Cast, service: Service, store: Store, inbox: Mailbox
) -> None:
    other = an_address(service, "other").store
    append_message(cast.malik, inbox, arrival=a_letter("a", message_id="<a@x>", references=("<b@x>",)))
    copy_messages(cast.malik, inbox, uids=[1], to=store.mailboxes.get(role="sent"))
    erase_store(cast.olive, store)
    assert not any(model.objects.exists() for model in (Placement, Expunged, Message, Thread, ThreadReference))
    assert list(Store.objects.all()) == [other]
    assert Mailbox.objects.count() == 6
    assert Address.objects.filter(id=store.address_id).exists()


def test_to_otto_no_address_is_there_and_malik_manages_nothing(cast: Cast, bare: Address, store: Store) -> None:
    deeds = (
        lambda actor: open_store(actor, bare),
        lambda actor: allow_bytes(actor, store, allowed=None),
        lambda actor: erase_store(actor, store),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed(cast.otto)
        with pytest.raises(NotAllowed):
            deed(cast.malik)
    assert Store.objects.count() == 1
