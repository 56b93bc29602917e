# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees and changes the small values that programs keep, and when they go."""

import pytest

from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.products.mail.actions import metadata as module
from mazot.products.mail.actions.mailboxes import make_mailbox, remove_mailbox
from mazot.products.mail.actions.metadata import set_metadata
from mazot.products.mail.actions.sharings import end_sharing
from mazot.products.mail.actions.stores import erase_store
from mazot.products.mail.models import Address, Mailbox, Metadata, Sharing, Store
from mazot.products.mail.queries.metadata import metadata_of
from mazot.tenancy.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
OWN, ALL = "/private/comment", "/shared/comment"


@pytest.fixture
def store(address: Address) -> Store:
    return Store.objects.get(address=address)


def value(actor: Actor, store: Store, name: str, mailbox: Mailbox | None = None) -> bytes | None:
    return metadata_of(actor, store, mailbox, [name], depth=0)[name]


def test_private_values_are_of_one_person_and_shared_ones_of_all(cast: Cast, store: Store) -> None:
    set_metadata(cast.malik, store, mailbox=None, values={OWN: b"mine", ALL: b"ours"})
    set_metadata(cast.gaia, store, mailbox=None, values={OWN: b"hers"})
    assert value(cast.malik, store, OWN) == b"mine"
    assert value(cast.gaia, store, OWN) == b"hers"
    assert value(cast.gaia, store, ALL) == b"ours"
    with pytest.raises(NotAllowed):
        set_metadata(cast.gaia, store, mailbox=None, values={ALL: b"mine now"})
    assert value(cast.malik, store, ALL) == b"ours"


def test_otto_and_managers_who_read_nothing_learn_nothing(cast: Cast, otto: Actor, store: Store) -> None:
    set_metadata(cast.malik, store, mailbox=None, values={ALL: b"ours"})
    for actor in (otto, cast.olive):
        with pytest.raises(NotFound):
            metadata_of(actor, store, None, [ALL], depth=0)
        with pytest.raises(NotFound if actor is otto else NotAllowed):
            set_metadata(actor, store, mailbox=None, values={ALL: b"x"})


def test_names_below_are_found_by_their_depth(cast: Cast, store: Store) -> None:
    names = ["/shared/vendor/x", "/shared/vendor/x/a", "/shared/vendor/x/a/b", "/shared/vendor/xy"]
    set_metadata(cast.malik, store, mailbox=None, values=dict.fromkeys(names, b"1"))
    for depth, found in ((0, names[:1]), (1, names[:2]), (9, names[:3])):
        assert list(metadata_of(cast.malik, store, None, names[:1], depth=depth)) == found


def test_values_go_with_their_mailbox_their_person_and_their_store(cast: Cast, address: Address, store: Store) -> None:
    mailbox = make_mailbox(cast.malik, store, name="Plans")
    sharing = Sharing.objects.get(address=address, person=cast.people.gaia)
    set_metadata(cast.malik, store, mailbox=mailbox, values={ALL: b"of a mailbox"})
    set_metadata(cast.gaia, store, mailbox=None, values={OWN: b"hers"})
    set_metadata(cast.malik, store, mailbox=None, values={ALL: b"ours"})
    remove_mailbox(cast.malik, mailbox)
    assert Metadata.objects.count() == 2
    end_sharing(cast.olive, sharing)
    assert Metadata.objects.count() == 1
    erase_store(Actor.system(store.organization_id, because="a test"), store)
    assert not Metadata.objects.exists()


def test_too_large_and_too_many_leave_everything_as_it_was(cast: Cast, store: Store, monkeypatch) -> None:
    set_metadata(cast.malik, store, mailbox=None, values={ALL: b"ours"})
    with pytest.raises(Refused):
        set_metadata(cast.malik, store, mailbox=None, values={ALL: None, OWN: b"x" * (module.LARGEST + 1)})
    monkeypatch.setattr(module, "MOST", 2)
    with pytest.raises(Refused):
        set_metadata(cast.malik, store, mailbox=None, values={f"/private/{n}": b"" for n in range(5)})
    assert [row.name for row in Metadata.objects.all()] == [ALL]
