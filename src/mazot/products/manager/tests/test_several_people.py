# SPDX-License-Identifier: AGPL-3.0-or-later
import csv
import io
import re
from http import HTTPStatus

import pytest

from mazot.tenancy.actions.invitations import invite_person
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actions.user_managers import name_user_manager
from mazot.tenancy.models import Invitation, Membership, Person, TeamMember


def there(person):
    return Membership.objects.get(person=person)


@pytest.fixture
def browser(signed_in, adam):
    return signed_in(adam)


def test_several_are_blocked_and_each_refused_one_is_told_with_the_reason(browser, people):
    chosen = [there(one) for one in (people.olive, people.adam, people.malik, people.gaia)]
    asked = browser.get("/manager/people/block", {"member": [one.id for one in chosen]}).content.decode()
    assert "Block 4 people" in asked
    page = browser.post("/manager/people/block", {"member": [one.id for one in chosen]}).content.decode()
    assert "2 people are blocked." in page
    assert "Only a legal representative names, changes or removes another one." in page
    assert "Nobody blocks themselves." in page
    assert "2 were not changed" in page
    blocked = Membership.objects.filter(blocked_at__isnull=False).values_list("person__login", flat=True)
    assert {login.split("@")[0] for login in blocked} == {"malik", "gaia"}


def test_people_of_another_organization_and_nonsense_are_nobody(browser, people):
    otto = there(people.otto)
    answer = browser.post("/manager/people/block", {"member": [otto.id, "nonsense", ""]})
    assert "Nobody is ticked." in answer.content.decode()
    otto.refresh_from_db()
    assert otto.blocked_at is None


def test_the_work_teams_of_several_change_at_once(browser, olive, mimosa, people):
    malik, gaia = there(people.malik), there(people.gaia)
    strings = make_team(olive, mimosa, name="Strings", members=[malik])
    choir = make_team(olive, mimosa, name="Choir")
    ids = [malik.id, gaia.id]
    asked = browser.get("/manager/people/teams", {"member": ids}).content.decode()
    assert asked.count(f'name="into" value="{strings.id}"') == asked.count(f'name="out" value="{strings.id}"') == 1
    assert f'name="out" value="{choir.id}"' not in asked
    answer = browser.post("/manager/people/teams", {"member": ids, "into": [choir.id], "out": [strings.id, "x"]})
    assert answer.status_code == HTTPStatus.FOUND
    assert set(TeamMember.objects.values_list("team__name", "membership_id")) == {("Choir", one) for one in ids}


def test_the_work_teams_of_one_change_from_the_menu(browser, olive, mimosa, people):
    gaia = there(people.gaia)
    choir = make_team(olive, mimosa, name="Choir", members=[gaia])
    address = f"/manager/people/{gaia.id}/teams"
    assert address in browser.get("/manager/people").content.decode()
    assert "There is no other work team." in browser.get(address).content.decode()
    browser.post(address, {"out": [choir.id]})
    assert not TeamMember.objects.exists()


def test_several_invitations_go_out_again_and_an_answered_one_is_refused(browser, olive, mimosa):
    made = [invite_person(olive, mimosa, address=f"{n}@new.example", role="external")[0] for n in range(2)]
    before = set(Invitation.objects.values_list("token_digest", flat=True))
    Invitation.objects.filter(id=made[1].id).update(revoked_at=made[1].created_at)
    page = browser.post("/manager/people/invitations/again", {"invitation": [one.id for one in made]}).content.decode()
    assert "1 new letter is on its way." in page
    assert "1@new.example" in page
    assert len(before & set(Invitation.objects.values_list("token_digest", flat=True))) == 1


def rows(answer):
    text = "".join(answer.delivery.pieces).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_file_has_who_fits_in_the_order_of_the_table_and_no_formula(browser, olive, mimosa, people):
    people.gaia.given_name = '=HYPERLINK("https://evil.example")'
    people.gaia.family_name = ""
    people.gaia.save(update_fields=["given_name", "family_name"])
    block_member(olive, there(people.malik))
    make_team(olive, mimosa, name="+Strings", members=[there(people.gaia)])
    everybody = {row["login"].split("@")[0]: row for row in rows(browser.get("/manager/people/export"))}
    assert set(everybody) == {"olive", "adam", "malik", "gaia"}
    assert everybody["gaia"]["name"].startswith("'=HYPERLINK")
    assert everybody["gaia"]["teams"] == "'+Strings"
    assert (everybody["malik"]["status"], everybody["olive"]["role"]) == ("Blocked", "Legal representative")
    externals = rows(browser.get("/manager/people/export?role=external&sort=-name"))
    assert [row["login"].split("@")[0] for row in externals] == ["gaia"]


def test_a_row_shows_the_photo(browser, people):
    Person.objects.filter(id=people.gaia.id).update(photo_digest="0" * 64)
    assert f"{people.gaia.id}/{'0' * 64}" in browser.get("/manager/people").content.decode()


def links(page):
    menus = re.findall(r'<div class="menu" id="menu-.*?</mazot-menu>', page, re.DOTALL)
    return {link.replace("&amp;", "&") for menu in menus for link in re.findall(r'href="([^"]+)"', menu)}


def test_each_line_of_a_menu_leads_somewhere(browser, signed_in, olive, mimosa, people):
    there_is = links(browser.get("/manager/people").content.decode())
    assert {address.rsplit("/", 1)[-1].split("?")[0] for address in there_is} >= {
        "role", "access", "teams", "activity", "alert", "block", "remove"
    }  # fmt: skip
    assert any(address.endswith("#user-manager") for address in there_is)
    for address in there_is:
        assert browser.get(address).status_code == HTTPStatus.OK, address
    malik = there(people.malik)
    assert 'id="user-manager"' in browser.get(f"/manager/people/{malik.id}").content.decode()


def test_a_user_manager_is_led_nowhere_they_may_not_go(signed_in, olive, malik, people):
    name_user_manager(olive, there(people.malik))
    browser = signed_in(malik)
    page = browser.get("/manager/people").content.decode()
    there_is = links(page)
    assert there_is
    assert "#user-manager" not in page
    for address in there_is:
        assert browser.get(address).status_code == HTTPStatus.OK, address
