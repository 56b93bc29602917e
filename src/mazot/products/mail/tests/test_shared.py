# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses a program sees beside the one it opened, and whose subscriptions are whose."""

import pytest

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail.actions.domains import set_service
from mazot.products.mail.actions.mailboxes import choose_mailbox, make_mailbox, remove_mailbox
from mazot.products.mail.actions.sharings import end_sharing
from mazot.products.mail.actions.stores import erase_store
from mazot.products.mail.models import Address, Service, Sharing, Store, Subscription
from mazot.products.mail.queries.shared import is_shared, shared_stores, subscribed_in
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.tests.furnishing import an_address, share
from mazot.tenancy.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = AddressRight.DEVICES | AddressRight.LOOK_ONLY


@pytest.fixture
def gaias(cast: Cast, address: Address, service: Service) -> Address:
    """gaia@mimosa.example, her own; malik@ is shared with her, and opens with programs."""
    made = an_address(service, "gaia")
    share(made, cast.people.gaia, is_keeper=True)
    Sharing.objects.filter(address=address, person=cast.people.gaia).update(rights=int(LOOKS))
    return made


def labels(actor: Actor, opened: Address) -> list[str]:
    return [one.label for one in shared_stores(actor, opened)]


def test_an_address_of_ones_own_shows_the_shared_ones(cast: Cast, address: Address, gaias: Address) -> None:
    assert labels(cast.gaia, gaias) == ["malik@mimosa.example"]
    assert labels(cast.gaia, address) == []  # opened by its own password, it shows no more
    assert labels(cast.malik, address) == []  # gaia@ is hers alone


def test_what_one_person_alone_keeps_is_not_shown(cast: Cast, service: Service, gaias: Address) -> None:
    second = an_address(service, "second")
    share(second, cast.people.gaia, is_keeper=True)
    assert labels(cast.gaia, gaias) == ["malik@mimosa.example"]
    share(second, cast.people.adam, int(LOOKS))
    assert labels(cast.gaia, gaias) == ["malik@mimosa.example", "second@mimosa.example"]


def test_maintenance_of_the_service_closes_them_all(cast: Cast, service: Service, gaias: Address) -> None:
    (shared,) = shared_stores(cast.gaia, gaias)
    assert is_shared(cast.gaia, gaias, shared)
    set_service(cast.olive, service, is_in_maintenance=True)
    assert not is_shared(cast.gaia, gaias, shared)


def test_otto_and_managers_who_read_nothing_choose_nothing(
    cast: Cast, otto: Actor, store: Store, gaias: Address
) -> None:
    inbox = store.mailboxes.get(role="inbox")
    for actor in (otto, cast.olive):
        assert labels(actor, gaias) == []
        with pytest.raises(NotFound if actor is otto else NotAllowed):
            choose_mailbox(actor, inbox, is_wanted=False)
    assert not Subscription.objects.exists()


def test_a_choice_goes_with_its_mailbox_its_person_and_its_store(
    cast: Cast, address: Address, gaias: Address, store: Store
) -> None:
    (shared,) = shared_stores(cast.gaia, gaias)
    plans, news, inbox = (
        make_mailbox(cast.malik, store, name="Plans"),
        make_mailbox(cast.malik, store, name="News"),
        store.mailboxes.get(role="inbox"),
    )
    for mailbox in (plans, news, inbox):
        choose_mailbox(cast.gaia, mailbox, is_wanted=False)
    choose_mailbox(cast.malik, inbox, is_wanted=True)
    choose_mailbox(cast.gaia, news, is_wanted=True)
    wanted = {one.name for one, is_wanted in subscribed_in(cast.gaia, shared) if is_wanted}
    assert "News" in wanted
    assert not wanted & {"Plans", "INBOX"}
    remove_mailbox(cast.malik, plans)
    assert Subscription.objects.count() == 3
    end_sharing(cast.olive, Sharing.objects.get(address=address, person=cast.people.gaia))
    assert Subscription.objects.count() == 1
    with pytest.raises(NotFound):
        subscribed_in(cast.gaia, shared)
    erase_store(Actor.system(store.organization_id, because="a test"), store)
    assert not Subscription.objects.exists()
