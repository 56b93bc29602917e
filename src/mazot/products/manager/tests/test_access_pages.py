# SPDX-License-Identifier: AGPL-3.0-or-later
import html
import re
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mazot.exchange import registry
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.models import Grant, Membership, ProductInstance, Team
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.rights import holds, members_who_reach
from tests.cast import person_named


@pytest.fixture
def browser(signed_in, adam):
    return signed_in(adam)


@pytest.fixture
def malik_there(people):
    return Membership.objects.get(person=people.malik)


@pytest.fixture
def address(malik_there):
    return f"/manager/people/{malik_there.id}/access"


def said(browser, address):
    return browser.get(address, follow=True).content.decode()


def seen(page):
    return html.unescape(re.search(r'name="seen" value="([^"]*)"', page)[1])


def manage():
    return next(right for right in registry.rights_of("drive") if right.key == "drive.manage")


def test_access_is_given_explained_and_taken_back(browser, drive, malik_there, address):
    ticks = {"on": ["drive"], "rights:drive": ["drive.manage", "drive.fly"]}
    refused = browser.post(address, {"seen": seen(said(browser, address)), **ticks})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    ticks["rights:drive"] = ["drive.manage"]
    browser.post(address, {"seen": seen(said(browser, address)), **ticks})
    assert holds(actor_for_person(malik_there.person), manage(), drive)
    assert [(grant.product, grant.instance) for grant in malik_there.grants.all()] == [("drive", None)]
    assert "They were given every product of this kind." in said(browser, address)
    browser.post(address, {"seen": seen(said(browser, address))})
    assert not holds(actor_for_person(malik_there.person), manage(), drive)


def test_everything_is_one_click(browser, drive, malik_there, address):
    browser.post(address, {"seen": seen(said(browser, address)), "everything": "1"})
    assert list(malik_there.grants.filter(product="drive").values_list("instance", "rights")) == [(None, ["*"])]


def test_a_stale_page_shows_what_another_changed_and_keeps_the_ticks(
    browser, signed_in, olive, drive, malik_there, address
):
    stale = seen(said(browser, address))
    signed_in(olive).post(address, {"seen": stale, "on": ["drive"], "rights:drive": ["drive.use"]})
    mine = {"on": [str(drive.id)], f"rights:{drive.id}": ["drive.manage"]}
    answer = browser.post(address, {"seen": stale, **mine})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Drive: Every product of this kind, also those that come later: access was given." in page
    assert f"{drive.name}: the access was taken back." in page
    assert re.search(rf'value="{drive.id}"\s+checked', page)
    assert malik_there.grants.get().rights == ["drive.use"]
    browser.post(address, {"seen": seen(page), **mine})
    assert malik_there.grants.get().rights == ["drive.manage"]


@pytest.mark.parametrize("nonsense", ["", "null", "[[1]]", "[" * 5000, '[["drive","x",[]]]', "[[{},[],{}]]"])
def test_a_form_that_says_nonsense_of_what_it_saw_changes_nothing(browser, malik_there, address, nonsense):
    before = list(malik_there.grants.values_list("rights", flat=True))
    assert browser.post(address, {"seen": nonsense, "everything": "1"}).status_code == HTTPStatus.CONFLICT
    assert list(malik_there.grants.values_list("rights", flat=True)) == before


def test_the_effect_is_shown_before_it_is_saved(browser, drive, malik_there, address):
    page = browser.post(f"{address}/preview", {}).content.decode()
    assert "Lost:" in page
    assert drive.name in page
    assert malik_there.grants.exists()


def test_another_organizations_product_cannot_be_ticked(browser, rival_drive, malik_there, address):
    browser.post(
        address,
        {"seen": seen(said(browser, address)), "on": [str(rival_drive.id)], f"rights:{rival_drive.id}": ["*"]},
    )
    assert not Grant.objects.filter(instance=rival_drive, membership=malik_there).exists()


def test_the_page_of_an_administrator_says_that_the_role_gives_everything(browser, people):
    adam = Membership.objects.get(person=people.adam)
    page = said(browser, f"/manager/people/{adam.id}/access")
    assert "has every right on every product" in page
    assert "Give everything" not in page


def test_ones_own_access_that_sets_a_teams_aside_is_said_in_words(browser, adam, mimosa, drive, malik_there, address):
    team = make_team(adam, mimosa, name="Strings", members=[malik_there])
    grant_rights(adam, team, rights=["*"], instances=[drive])
    assert "What comes from Strings is set aside." in said(browser, address)
    malik_there.grants.all().delete()
    assert "The team Strings has this product." in said(browser, address)


def test_a_team_is_made_with_products_and_people_then_led_and_deleted(browser, drive, malik_there, gaia):
    malik_there.grants.all().delete()  # in a drive it would hide what the team gives
    browser.post(
        "/manager/teams/new",
        {
            "name": "Strings",
            "tint": "4",
            "on": ["drive"],
            "rights:drive": ["*"],
            "members": [malik_there.id, gaia.membership_id, "nobody"],
        },
    )
    team = Team.objects.get()
    assert (team.name, team.tint, team.members.count(), team.grants.get().rights) == ("Strings", 4, 2, ["*"])
    address = f"/manager/teams/{team.id}"
    browser.post(address, {"name": "Strings and harp", "tint": "5", "leader": malik_there.id})
    team.refresh_from_db()
    assert (team.name, team.tint, team.leader) == ("Strings and harp", 5, malik_there)
    assert "Strings and harp" in said(browser, "/manager/teams?words=harp")
    foreseen = said(browser, f"{address}/members/{malik_there.id}/take")
    assert "Malik Diallo" in foreseen
    assert drive.name in foreseen
    browser.post(f"{address}/members/{malik_there.id}/take")
    assert "Nobody gains or loses" not in said(browser, f"{address}/remove")
    browser.post(f"{address}/access", {"seen": seen(said(browser, f"{address}/access"))})
    assert not team.grants.exists()
    browser.post(f"{address}/remove")
    assert not Team.objects.exists()


def test_a_team_that_cannot_be_made_leaves_nothing_behind_and_keeps_what_was_typed(browser, malik_there):
    wrong = {"name": "Strings", "tint": "2", "on": ["drive"], "members": [malik_there.id]}
    answer = browser.post("/manager/teams/new", wrong)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="Strings"' in answer.content.decode()
    assert browser.post("/manager/teams/new", {"name": " "}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Team.objects.exists()


def test_people_are_found_among_many_and_those_ticked_stay(browser, mimosa, malik_there, otto):
    for number in range(60):
        Membership.objects.create(organization=mimosa, person=person_named(f"viola{number}"), role="collaborator")
    page = said(browser, f"/manager/teams/people?words=viola5&members={malik_there.id}&members={otto.membership_id}")
    assert page.count('type="checkbox"') == 12
    assert page.count("checked") == 1
    assert "otto@people.example" not in page


def test_people_are_found_for_a_team_that_is_no_id_as_for_a_new_one(browser, malik_there):
    assert malik_there.person.name in said(browser, "/manager/teams/people?words=malik&team=" + "z" * 36)


def test_the_list_asks_for_all_its_products_at_once(browser, adam, mimosa, drive):
    said(browser, "/manager/products")
    with CaptureQueriesContext(connection) as of_one:
        said(browser, "/manager/products")
    for name in ("Second", "Third"):
        open_product(adam, mimosa, product="drive", name=name)
    with CaptureQueriesContext(connection) as of_three:
        assert "Third" in said(browser, "/manager/products")
    assert len(of_three) == len(of_one)


def test_each_product_says_who_reaches_it_and_why(browser, adam, mimosa, drive, rival_drive):
    page = said(browser, "/manager/products")
    assert drive.name in page
    assert "4 people" in page
    assert rival_drive.name not in page
    page = said(browser, f"/manager/products/{drive.id}")
    assert "They were given this product." in page
    assert "Their role gives everything." in page
    assert members_who_reach(drive, manage()).count() == 2
    assert browser.get(f"/manager/products/{rival_drive.id}").status_code == HTTPStatus.NOT_FOUND


def test_a_product_is_renamed_and_another_is_opened(browser, drive):
    browser.post(f"/manager/products/{drive.id}", {"name": "Archive"})
    drive.refresh_from_db()
    assert drive.name == "Archive"
    answer = browser.post(f"/manager/products/{drive.id}", {"name": ""})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    browser.post("/manager/products/open", {"product": "drive", "name": "Season"})
    assert ProductInstance.objects.filter(organization=drive.organization, name="Season").exists()
    browser.post("/manager/products/open", {"product": "manager"})
    assert not ProductInstance.objects.filter(product="manager").exists()


def test_a_team_of_many_is_shown_in_few_queries(browser, adam, mimosa, drive, django_assert_max_num_queries):
    crowd = [
        Membership.objects.create(organization=mimosa, person=person_named(f"viola{number}"), role="collaborator")
        for number in range(60)
    ]
    team = make_team(adam, mimosa, name="Violas", members=crowd)
    grant_rights(adam, team, rights=["*"], instances=[drive])
    for number in range(30):
        open_product(adam, mimosa, product="drive", name=f"Drive {number}")
    with django_assert_max_num_queries(16):
        assert "Page 1 of 2" in said(browser, f"/manager/teams/{team.id}")
    with django_assert_max_num_queries(18):
        assert "Violas" in said(browser, f"/manager/products/{drive.id}?words=viola")
