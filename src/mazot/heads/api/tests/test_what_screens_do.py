# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the screens of the manager do, done by a program."""

from http import HTTPStatus

from mazot.foundation.models import FactRow
from mazot.heads.api.tests.conftest import program
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.models import Invitation, Organization

BILLS = {"purpose": "billing", "name": "Bea Roth", "address": "bea@people.example", "phone": ""}


def test_every_detail_is_changed_and_what_was_saved_meanwhile_is_kept(cast):
    mine, theirs = program(cast.olive), program(cast.adam)
    read = mine.get("/organization").json()
    typed = {"name": "Mimosa SA", "kind": read["kind"], "legal_name": read["legal_name"], "street": "Rue Neuve 1"}
    typed |= {"postal_code": "1003", "city": "Lausanne", "country": "CH", "phone": "+41 21 000 00 00"}
    saved = mine.call("PATCH", "/organization", typed | {"website": "mimosa.example", "stamp": read["stamp"]})
    assert saved.status_code == HTTPStatus.OK
    assert saved.json() | typed == saved.json()
    assert saved.json()["website"] == "https://mimosa.example"
    late = theirs.call("PATCH", "/organization", {"city": "Bern", "stamp": read["stamp"]})
    assert (late.status_code, late.json()["reason"]) == (HTTPStatus.CONFLICT, "saved_meanwhile")
    assert Organization.objects.get(id=cast.mimosa.id).city == "Lausanne"
    assert mine.call("PATCH", "/organization", {"country": "Utopia"}).json()["field"] == "country"


def test_no_token_changes_the_kind_or_the_legal_name_not_even_one_of_a_legal_representative(cast):
    mine = program(cast.olive)
    read = mine.get("/organization").json()
    for change in ({"legal_name": "Other"}, {"kind": "company"}):
        assert read | change != read
        refused = mine.call("PATCH", "/organization", change | {"city": "Bern"})
        assert refused.status_code == HTTPStatus.FORBIDDEN
    assert mine.get("/organization").json() == read


def test_contacts_are_replaced_as_a_whole_and_not_over_newer_ones(cast):
    mine = program(cast.adam)
    stamp = mine.get("/organization").json()["contacts_stamp"]
    saved = mine.call("PUT", "/organization/contacts", {"contacts": [BILLS], "stamp": stamp})
    assert saved.json()["contacts"] == [BILLS]
    late = mine.call("PUT", "/organization/contacts", {"contacts": [], "stamp": stamp})
    assert late.status_code == HTTPStatus.CONFLICT
    assert mine.get("/organization").json()["contacts"] == [BILLS]


def test_a_collaborator_reads_the_name_and_no_details(cast):
    program(cast.adam).call("PUT", "/organization/contacts", {"contacts": [BILLS]})
    read = program(cast.malik).get("/organization").json()
    assert read["name"] == cast.mimosa.name
    assert {read[name] for name in ("street", "contacts", "stamp", "contacts_stamp")} == {None}


def test_an_invitation_promises_access_and_teams(cast):
    team = make_team(cast.adam, cast.mimosa, name="Strings")
    promised = [{"category": "drive", "product_id": str(cast.drive.id), "rights": ["*"]}]
    wanted = {"address": "nina@people.example", "role": "external", "access": promised, "team_ids": [str(team.id)]}
    wanted |= {"notices": {"billing": True, "products": True}, "language": "fr"}
    mine = program(cast.adam)
    made = mine.post("/invitations", wanted)
    assert made.status_code == HTTPStatus.CREATED
    assert made.json() | wanted | {"notices": {"billing": False, "products": True}} == made.json()
    assert mine.get("/invitations").json()["items"] == [made.json()]
    kept = Invitation.objects.get()
    assert kept.access == [{"product": "drive", "instance": str(cast.drive.id), "rights": ["*"]}]
    assert list(kept.teams.all()) == [team]


def test_nothing_of_another_organization_is_promised(cast):
    mine, theirs = program(cast.adam), make_team(cast.otto, cast.rival, name="Brass")
    wanted = {"address": "nina@people.example", "role": "collaborator"}
    foreign = [{"category": "drive", "product_id": str(cast.rival_drive.id), "rights": ["*"]}]
    for more in ({"team_ids": [str(theirs.id)]}, {"access": foreign}):
        assert mine.post("/invitations", wanted | more).status_code == HTTPStatus.NOT_FOUND
    assert not Invitation.objects.exists()


def test_the_log_is_read_as_on_the_screen(cast, malik_id):
    for name in ("Strings", "Brass", "Wood"):
        make_team(cast.adam, cast.mimosa, name=name)
    mine = program(cast.olive)
    lines = mine.get("/activity?kind=tenancy.TeamMade&limit=2").json()
    assert [line["sentence"] for line in lines["items"]] == [
        "Adam Berset made the team Wood.",
        "Adam Berset made the team Brass.",
    ]
    older = mine.client.get(
        "/api/v1/activity",
        {"kind": "tenancy.TeamMade", "cursor": lines["next"]},
        headers={"Authorization": f"Bearer {mine.token}"},
    ).json()
    assert [line["details"]["name"] for line in older["items"]] == ["Strings"]
    assert older["next"] == ""
    assert len(mine.get("/activity?words=Brass").json()["items"]) == 1
    assert mine.get(f"/activity?kind=tenancy.TeamMade&member={malik_id}").json()["items"] == []
    assert mine.get("/activity?until=2001-01-01").json()["items"] == []
    assert len(mine.get("/activity?product=tenancy&limit=200").json()["items"]) <= FactRow.objects.count()


def test_a_filter_that_means_nothing_is_refused_and_not_left_out(cast):
    mine = program(cast.olive)
    for wrong, field in (
        ("kind=tenancy.Nothing", "kind"),
        ("cursor=x", "cursor"),
        ("since=2026-02-31", "since"),
        ("until=2026-13-01", "until"),
        ("until=0", "until"),
    ):
        answer = mine.get(f"/activity?{wrong}")
        assert (answer.status_code, answer.json()["field"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, field)
    assert mine.get(f"/activity?member={cast.otto.membership_id}").status_code == HTTPStatus.NOT_FOUND
