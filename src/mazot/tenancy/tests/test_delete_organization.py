# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.tenancy.actions.endings import delete_organization
from mazot.tenancy.actions.invitations import accept_invitation, invite_person
from mazot.tenancy.actions.transfers import offer_transfer
from mazot.tenancy.models import Membership, Organization, ProductInstance
from mazot.tenancy.queries.actors import actor_for_person, memberships_of
from tests.cast import founded_by, person_named


@pytest.fixture
def alone(cast):
    """Olive alone in an organization of her own, beside Mimosa."""
    made = founded_by(cast.people.olive, "Old Ateliers")
    return made, actor_for_person(cast.people.olive, made)


def live(organization):
    return list(ProductInstance.objects.filter(organization=organization, ended_at=None))


def test_an_empty_organization_goes_and_the_account_stays(cast, alone):
    organization, olive = alone
    delete_organization(olive, organization, login="OLIVE@people.example ", ending=live(organization))
    organization.refresh_from_db()
    assert organization.deleted_at is not None
    cast.people.olive.refresh_from_db()
    assert cast.people.olive.is_active
    assert [one.organization for one in memberships_of(cast.people.olive)] == [cast.mimosa]
    with pytest.raises(NotFound):
        delete_organization(olive, organization, login="olive@people.example")


def test_every_reason_stands_in_the_way_by_itself(cast, alone):
    organization, olive = alone
    with pytest.raises(Refused) as refused:
        delete_organization(olive, organization, login="olive@people.example")
    assert refused.value.reason == "products_left"
    offer_transfer(olive, live(organization)[0])
    with pytest.raises(Refused) as refused:
        delete_organization(olive, organization, login="olive@people.example", ending=live(organization))
    assert refused.value.reason == "transfer_open"
    with pytest.raises(Refused) as refused:
        delete_organization(cast.olive, cast.mimosa, login="olive@people.example", ending=[cast.drive])
    assert refused.value.reason == "others_belong"
    with pytest.raises(Refused) as refused:
        delete_organization(olive, organization, login="otto@people.example", ending=live(organization))
    assert refused.value.reason == "wrong_login"
    assert not Organization.objects.filter(deleted_at__isnull=False).exists()
    assert live(organization)
    assert live(cast.mimosa)


def test_a_product_of_another_organization_is_not_ended_on_the_way(cast, alone):
    organization, olive = alone
    with pytest.raises(Refused):
        delete_organization(olive, organization, login="olive@people.example", ending=live(cast.rival))
    assert live(cast.rival)


def test_a_letter_into_a_deleted_organization_opens_nothing(cast, alone):
    organization, olive = alone
    _invitation, token = invite_person(olive, organization, address="nina@people.example", role="external")
    delete_organization(olive, organization, login="olive@people.example", ending=live(organization))
    nina = person_named("nina")
    with pytest.raises(NotFound):
        accept_invitation(actor_for_person(nina), nina, token=token)
    assert not Membership.objects.filter(person=nina).exists()


def test_otto_and_administrators_delete_nothing(cast):
    with pytest.raises(NotFound):
        delete_organization(cast.otto, cast.mimosa, login="otto@people.example")
    with pytest.raises(NotAllowed):
        delete_organization(cast.adam, cast.mimosa, login="adam@people.example")
