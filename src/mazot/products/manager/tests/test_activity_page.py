# SPDX-License-Identifier: AGPL-3.0-or-later
import csv
import json
from http import HTTPStatus

import pytest

from mazot.foundation.models import FactRow
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.models import Membership


def body(answer):
    return "".join(answer.delivery.pieces)


def test_the_log_shows_a_page_in_few_queries_and_leads_on(cast, signed_in, django_assert_max_num_queries):
    for number in range(60):
        make_team(cast.olive, cast.mimosa, name=f"Team {number}")
    browser = signed_in(cast.adam)
    with django_assert_max_num_queries(12):
        page = browser.get("/manager/activity").content.decode()
    assert "Olive Arnaud made the team Team 59." in page
    assert "Team 3." not in page
    older = page.split('href="?before=')[1].split('"')[0]
    assert "Olive Arnaud made the team Team 3." in browser.get(f"/manager/activity?before={older}").content.decode()


def test_the_activity_of_one_person_is_reached_by_their_membership(cast, signed_in):
    make_team(cast.adam, cast.mimosa, name="Strings")
    adam = Membership.objects.get(person=cast.people.adam)
    page = signed_in(cast.olive).get(f"/manager/activity?person={adam.id}").content.decode()
    assert "Adam Berset made the team Strings." in page
    assert "Olive Arnaud created" not in page
    for wrong in (adam.id, "x"):
        assert signed_in(cast.otto).get(f"/manager/activity?person={wrong}").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\"=cmd|' /C calc'!A0"])
def test_no_cell_of_the_export_is_a_formula(cast, signed_in, name):
    person = cast.people.adam
    person.given_name, person.family_name = name, ""
    person.save(update_fields=["given_name", "family_name"])
    make_team(cast.adam, cast.mimosa, name="Strings")
    answer = signed_in(cast.olive).get("/manager/activity/export")
    rows = list(csv.reader(body(answer).removeprefix("\ufeff").splitlines()))
    assert rows[0][:3] == ["at", "sentence", "person"]
    assert len(rows) > 5
    assert all(cell[:1] not in ("=", "+", "-", "@") for row in rows for cell in row)


def test_the_export_has_the_same_filters_and_every_line(cast, signed_in):
    make_team(cast.adam, cast.mimosa, name="Strings")
    browser = signed_in(cast.olive)
    answer = browser.get("/manager/activity/export?format=json&kind=tenancy.TeamMade")
    assert [line["sentence"] for line in json.loads(body(answer))] == ["Adam Berset made the team Strings."]
    assert "attachment" in answer["Content-Disposition"]
    everything = json.loads(body(browser.get("/manager/activity/export?format=json")))
    assert len(everything) == FactRow.objects.filter(organization_id=cast.mimosa.id).count()
    assert json.loads(body(browser.get("/manager/activity/export?format=json&words=nothing+like+it"))) == []


def test_a_hostile_name_is_only_a_name_in_the_log(cast, signed_in):
    make_team(cast.adam, cast.mimosa, name="<script>alert(1)</script>%(who)s")
    page = signed_in(cast.olive).get("/manager/activity").content.decode()
    assert "<script>alert(1)" not in page
    assert "%(who)s" in page


def test_ones_own_activity_stands_in_the_account(cast, signed_in):
    make_team(cast.adam, cast.mimosa, name="Strings")
    assert "Adam Berset made the team Strings." in signed_in(cast.adam).get("/account/activity").content.decode()
    assert "Strings" not in signed_in(cast.malik).get("/account/activity").content.decode()
