# SPDX-License-Identifier: AGPL-3.0-or-later
"""One link, several people in the same moment: the drive goes to one place, and the others are told why not to theirs."""

from functools import partial

import pytest

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import DomainError, NotFound
from mazot.foundation.models import FactRow
from mazot.products.drive.actions.drives import open_common_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.models import Entry
from mazot.tenancy.actions.transfers import offer_transfer, revoke_transfer, take_transfer
from mazot.tenancy.facts import ProductGiven, ProductTaken
from mazot.tenancy.models import Grant, Membership, ProductInstance, Transfer
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.tests.test_two_at_once import at_once
from tests.cast import founded_by, member, person_named

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


class Quay:
    """An organization that gives its drive away, with a file in it and a user who comes along."""

    def __init__(self, name: str) -> None:
        self.owner = person_named(f"owner-{name.lower().replace(' ', '-')}")
        self.organization = founded_by(self.owner, name)
        self.actor = actor_for_person(self.owner, self.organization)
        self.drive = ProductInstance.objects.get(organization=self.organization, product="drive")

    def fill(self) -> None:
        folder = open_common_folder(self.actor, self.drive, name="Season")
        put_file(self.actor, folder.root, name="Plan.txt", blob=blobs().put(b"of the quay"))
        there = member(self.organization, person_named("user"), "collaborator")
        Grant.objects.create(
            organization=self.organization, membership=there, product="drive", instance=self.drive, rights=["*"]
        )


def told(fact: type) -> int:
    return FactRow.objects.filter(kind=fact.kind()).count()


def test_of_several_who_open_one_link_at_once_one_gets_the_drive_and_the_others_a_sentence() -> None:
    giver = Quay("Quay")
    giver.fill()
    takers = [Quay("North"), Quay("South")]
    second = person_named("second")
    member(takers[0].organization, second, "administrator")
    places = [(taker.actor, taker.organization) for taker in takers]
    places.append((actor_for_person(second, takers[0].organization), takers[0].organization))
    _offer, token = offer_transfer(giver.actor, giver.drive)
    ended = at_once(*[lambda place=place: take_transfer(*place, token=token) for place in places * 2])

    assert sum(error is None for error in ended) == 1
    refused = [error for error in ended if error is not None]
    assert all(isinstance(error, NotFound) for error in refused)
    assert {str(error.sentence) for error in refused} == {"This offer is no longer valid. Ask for a new link."}
    winner = places[ended.index(None) % len(places)][1]
    giver.drive.refresh_from_db()
    assert giver.drive.organization_id == winner.id
    assert Transfer.objects.get().receiver_id == winner.id
    assert Entry.objects.get(name="Plan.txt").organization_id == winner.id
    assert Grant.objects.get(instance=giver.drive).organization_id == winner.id
    assert Membership.objects.filter(person__login="user@people.example").count() == 2
    assert (told(ProductGiven), told(ProductTaken)) == (1, 1)


def test_an_offer_that_is_taken_back_while_it_is_taken_ends_in_one_of_the_two() -> None:
    for number in range(ROUNDS):
        giver, taker = Quay(f"Quay {number}"), Quay(f"North {number}")
        offered, token = offer_transfer(giver.actor, giver.drive)
        taken, revoked = at_once(
            partial(take_transfer, taker.actor, taker.organization, token=token),
            partial(revoke_transfer, giver.actor, offered),
        )
        giver.drive.refresh_from_db()
        assert (taken is None) != (revoked is None)
        assert isinstance(taken or revoked, NotFound)
        assert giver.drive.organization_id == (taker if taken is None else giver).organization.id


def test_two_drives_that_change_places_at_once_both_arrive() -> None:
    one, two = Quay("Quay"), Quay("North")
    for _ in range(ROUNDS):
        tokens = [offer_transfer(quay.actor, quay.drive)[1] for quay in (one, two)]
        ended = at_once(
            lambda tokens=tokens: take_transfer(two.actor, two.organization, token=tokens[0]),
            lambda tokens=tokens: take_transfer(one.actor, one.organization, token=tokens[1]),
        )
        assert ended == [None, None]
        one.drive, two.drive = two.drive, one.drive
        for quay in (one, two):
            quay.drive.refresh_from_db()
            assert quay.drive.organization_id == quay.organization.id


def test_two_administrators_who_offer_the_same_drive_at_once_make_one_offer() -> None:
    giver, bruno = Quay("Quay"), person_named("bruno")
    member(giver.organization, bruno, "administrator")
    actors = [giver.actor, actor_for_person(bruno, giver.organization)] * 2
    ended = at_once(*[lambda actor=actor: offer_transfer(actor, giver.drive) for actor in actors])
    assert sum(error is None for error in ended) == 1
    assert all(error is None or (isinstance(error, DomainError) and error.sentence) for error in ended)
    assert Transfer.objects.filter(taken_at=None, revoked_at=None).count() == 1
