# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Conflict, DomainError, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.actions.moving import move_drive
from mazot.products.drive.actions.trash import trash_entries
from mazot.products.drive.actions.uploads import start_upload
from mazot.products.drive.models import Entry, Space, Upload
from mazot.products.drive.queries.spaces import drives_for, spaces_for, usage_of
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.organizations import create_organization
from mazot.tenancy.actions.products import end_product, rename_product
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actions.transfers import offer_transfer, revoke_transfer, take_transfer
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import ProductGiven, ProductTaken, TransferOffered, TransferRevoked
from mazot.tenancy.models import Grant, Membership, ProductInstance
from mazot.tenancy.queries.actors import actor_for_person
from tests.cast import member, person_named


@pytest.fixture
def furnished(cast):
    """Mimosa's drive with a file, a version, something in the trash, an upload, and people of every kind."""
    root = open_common_folder(cast.olive, cast.drive, name="Season").root
    put_file(cast.olive, root, name="Plan.txt", blob=blobs().put(b"first"))
    put_file(cast.olive, root, name="Plan.txt", blob=blobs().put(b"second"))
    own = open_own_folder(cast.malik, cast.drive).root
    put_file(cast.malik, own, name="Mine.txt", blob=blobs().put(b"of Malik"))
    gone = make_folder(cast.malik, own, name="Gone")
    trash_entries(cast.malik, Selection((gone,)))
    start_upload(cast.malik, own, name="Film.mp4", size=5)
    nina = member(cast.mimosa, person_named("nina"), "collaborator")
    team = make_team(cast.olive, cast.mimosa, name="Strings", members=[nina])
    grant_rights(cast.olive, team, rights=["drive.use"], instances=[cast.drive])
    cast.extra["nina"] = nina
    return cast.drive


def third(cast):
    """A third organization, whose representative is nobody of Mimosa."""
    zoe = person_named("zoe")
    return create_organization(Actor(zoe.id, None, None), zoe, name="Third"), actor_for_person(zoe)


def rows_naming(organization):
    """Every row of Drive that says it belongs to this organization, whatever the column is called."""
    for table in apps.get_app_config("drive").get_models():
        for field in table._meta.get_fields():
            if isinstance(field, models.Field) and "organization" in field.name:
                yield from table.objects.filter(**{field.attname: organization.id})


def test_no_row_keeps_the_old_organization(cast, furnished):
    receiver, zoe = third(cast)
    before = len(list(rows_naming(cast.mimosa)))
    used = usage_of(cast.olive, cast.drive)
    _offer, token = offer_transfer(cast.adam, furnished)
    taken = take_transfer(zoe, receiver, token=token)
    assert before > 8
    assert list(rows_naming(cast.mimosa)) == []
    assert (
        len([row for row in rows_naming(receiver) if getattr(row, "instance_id", furnished.id) == furnished.id])
        == before
    )
    assert usage_of(zoe, taken) == used
    assert Upload.objects.get().organization_id == receiver.id


def test_files_open_at_the_new_place_on_the_web_and_by_dav_and_no_longer_at_the_old_one(
    cast, furnished, signed_in, app_password
):
    receiver, zoe = third(cast)
    file = Entry.objects.get(name="Plan.txt")
    address = f"/drive/file/{file.id}/content"
    assert signed_in(cast.olive).get(address).status_code == 200
    _offer, token = offer_transfer(cast.olive, furnished)
    taken = take_transfer(zoe, receiver, token=token)
    assert signed_in(zoe).get(address).status_code == 200
    for who in ("olive", "adam", "otto", "basil"):
        assert signed_in(getattr(cast, who)).get(address).status_code in (403, 404), who
    assert {space.name for space in spaces_for(zoe, taken)} >= {"Season"}


def test_who_was_let_in_comes_along_with_use_and_nothing_else(cast, furnished):
    grant_rights(cast.olive, Membership.objects.get(person=cast.people.malik), rights=["*"], instances=[furnished])
    receiver, zoe = third(cast)
    _offer, token = offer_transfer(cast.olive, furnished)
    take_transfer(zoe, receiver, token=token)
    assert not Grant.objects.filter(organization=cast.mimosa, instance=furnished).exists()
    roles = dict(Membership.objects.filter(organization=receiver).values_list("person__login", "role"))
    assert roles == {
        "zoe@people.example": "legal_representative",
        "malik@people.example": "collaborator",
        "gaia@people.example": "external",
    }
    malik = actor_for_person(cast.people.malik, receiver)
    assert Grant.objects.get(membership_id=malik.membership_id).rights == ["drive.use"]
    assert "Mine.txt" in Entry.objects.filter(
        space__in=spaces_for(malik, drives_for(malik).get(id=furnished.id))
    ).values_list("name", flat=True)
    assert not drives_for(actor_for_person(cast.people.malik, cast.mimosa)).exists()


def test_somebody_whom_the_new_place_removed_does_not_come_back_this_way(cast, furnished):
    receiver, zoe = third(cast)
    place = member(receiver, cast.people.malik, "collaborator")
    start_leaving(zoe, place)
    _offer, token = offer_transfer(cast.olive, furnished)
    take_transfer(zoe, receiver, token=token)
    place.refresh_from_db()
    assert place.removed_at is not None
    assert not Grant.objects.filter(membership=place).exists()


def test_a_link_works_once_for_seven_days_and_until_it_is_taken_back(cast, furnished, clock):
    receiver, zoe = third(cast)
    offered, token = offer_transfer(cast.olive, furnished)
    with pytest.raises(Conflict):
        offer_transfer(cast.adam, furnished)
    revoke_transfer(cast.adam, offered)
    with pytest.raises(NotFound):
        take_transfer(zoe, receiver, token=token)
    _offer, token = offer_transfer(cast.olive, furnished)
    clock.advance(timedelta(days=7, seconds=1))
    with pytest.raises(NotFound):
        take_transfer(zoe, receiver, token=token)
    _offer, token = offer_transfer(cast.olive, furnished)
    take_transfer(zoe, receiver, token=token)
    with pytest.raises(NotFound):
        take_transfer(zoe, receiver, token=token)
    with pytest.raises(NotFound):
        take_transfer(cast.otto, cast.rival, token=token)


def test_an_offer_to_one_organization_opens_for_no_other(cast, furnished):
    receiver, _zoe = third(cast)
    _offer, token = offer_transfer(cast.olive, furnished, receiver=receiver)
    with pytest.raises(NotFound):
        take_transfer(cast.otto, cast.rival, token=token)


def test_a_transfer_to_itself_is_refused(cast, furnished):
    with pytest.raises(Refused):
        offer_transfer(cast.olive, furnished, receiver=cast.mimosa)
    _offer, token = offer_transfer(cast.olive, furnished)
    with pytest.raises(Refused):
        take_transfer(cast.adam, cast.mimosa, token=token)


def test_otto_offers_takes_back_and_moves_nothing_of_mimosa(cast, furnished):
    with pytest.raises(NotFound):
        offer_transfer(cast.otto, furnished)
    offered, token = offer_transfer(cast.olive, furnished)
    with pytest.raises(NotFound):
        revoke_transfer(cast.otto, offered)
    with pytest.raises(NotFound):
        move_drive(cast.otto, furnished, cast.rival.id)
    for who in (cast.malik, cast.otto):
        with pytest.raises(DomainError):
            take_transfer(who, cast.mimosa, token=token)
    assert ProductInstance.objects.get(id=furnished.id).organization_id == cast.mimosa.id


def test_a_page_from_before_the_move_makes_no_folder_of_the_old_organization(cast, furnished):
    receiver, zoe = third(cast)
    stale = ProductInstance.objects.get(id=furnished.id)
    _offer, token = offer_transfer(cast.olive, furnished)
    take_transfer(zoe, receiver, token=token)
    with pytest.raises(NotFound):
        open_own_folder(cast.adam, stale)
    assert not Space.objects.filter(organization=cast.mimosa).exists()


def test_a_page_from_before_the_move_neither_renames_nor_ends_what_is_anothers_now(cast, furnished):
    receiver, zoe = third(cast)
    page = ProductInstance.objects.get(id=furnished.id)
    _offer, token = offer_transfer(cast.olive, furnished)
    take_transfer(zoe, receiver, token=token)
    for deed in (lambda: rename_product(cast.olive, page, name="Ours"), lambda: end_product(cast.olive, page)):
        with pytest.raises(NotFound):
            deed()
    taken = ProductInstance.objects.get(id=furnished.id)
    assert (taken.name, taken.ended_at) == (furnished.name, None)


def test_both_organizations_read_in_their_log_what_happened(cast, furnished):
    receiver, zoe = third(cast)
    offered, _token = offer_transfer(cast.olive, furnished)
    revoke_transfer(cast.olive, offered)
    _offer, token = offer_transfer(cast.olive, furnished)
    take_transfer(zoe, receiver, token=token)
    kinds = {
        kind.kind(): organization
        for kind, organization in (
            (TransferOffered, cast.mimosa),
            (TransferRevoked, cast.mimosa),
            (ProductGiven, cast.mimosa),
            (ProductTaken, receiver),
        )
    }
    for kind, organization in kinds.items():
        assert FactRow.objects.filter(kind=kind, organization_id=organization.id).exists(), kind
    assert FactRow.objects.get(kind="tenancy.ProductGiven").details["receiver"] == "Third"
