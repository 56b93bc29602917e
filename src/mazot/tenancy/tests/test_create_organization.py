# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.details import set_details
from mazot.tenancy.actions.organizations import create_organization, switch_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import ORGANIZATIONS_OF_A_PERSON
from mazot.tenancy.models import Membership, Organization, Person, ProductInstance
from mazot.tenancy.queries.actors import actor_for_person, organizations_for
from tests.cast import Cast, member, person_named


@pytest.mark.django_db
def test_who_signs_up_alone_represents_an_organization_in_their_own_name() -> None:
    nina = person_named("nina")
    organization = create_organization(Actor(nina.id, None, None), nina)
    assert organization.name == "Nina Example"
    actor = actor_for_person(Person.objects.get(id=nina.id))
    assert (actor.organization_id, actor.role) == (organization.id, "legal_representative")
    kinds = FactRow.objects.filter(organization_id=organization.id).values_list("kind", flat=True)
    assert {"tenancy.OrganizationCreated", "tenancy.MemberJoined"} <= set(kinds)


def test_a_person_creates_no_organization_for_another(cast: Cast) -> None:
    with pytest.raises(NotFound):
        create_organization(cast.otto, cast.people.olive, name="Trap")
    assert not Organization.objects.filter(name="Trap").exists()


def test_a_program_creates_no_organization(cast: Cast) -> None:
    program = Actor(cast.people.otto.id, cast.rival.id, "legal_representative", scopes=frozenset({"drive"}))
    with pytest.raises(NotAllowed):
        create_organization(program, cast.people.otto, name="Mine")


def test_a_name_too_long_is_refused_with_its_limit_and_leaves_nothing(cast: Cast) -> None:
    before = Organization.objects.count(), ProductInstance.objects.count()
    with pytest.raises(Invalid) as refusal:
        create_organization(cast.olive, cast.people.olive, name="x" * 121)
    assert refusal.value.facts == {"field": "name", "limit": 120}
    assert (Organization.objects.count(), ProductInstance.objects.count()) == before


def test_organizations_that_one_left_take_no_room(cast: Cast) -> None:
    for number in range(ORGANIZATIONS_OF_A_PERSON):
        member(Organization.objects.create(name=f"Tour {number}"), cast.people.gaia, "external")
    with pytest.raises(Refused):
        create_organization(cast.gaia, cast.people.gaia, name="Solo")
    gaia_left = Membership.objects.filter(person=cast.people.gaia, organization__name__startswith="Tour 1")
    gaia_left.update(removed_at=cast.mimosa.created_at)
    assert create_organization(cast.gaia, cast.people.gaia, name="Solo").name == "Solo"


def test_switching_goes_to_an_organization_of_ones_own_only(cast: Cast) -> None:
    second = create_organization(cast.olive, cast.people.olive, name="Second")
    assert [one.name for one in organizations_for(cast.people.olive)] == ["Mimosa", "Second"]
    there = switch_organization(cast.olive, second)
    assert there.organization_id == second.id
    assert actor_for_person(Person.objects.get(id=cast.people.olive.id)).organization_id == second.id
    with pytest.raises(NotFound):
        switch_organization(cast.olive, cast.rival)
    with pytest.raises(NotFound):
        switch_organization(cast.basil, cast.mimosa)


def test_otto_changes_nothing_at_mimosa(cast: Cast) -> None:
    with pytest.raises(NotFound):
        set_details(cast.otto, cast.mimosa, name="Rival too", tint=1)
    with pytest.raises(NotAllowed):
        set_details(cast.malik, cast.mimosa, name="Malik's", tint=1)
    assert set_details(cast.adam, cast.mimosa, name=" Mimosa  2 ", tint=4).name == "Mimosa 2"
