# SPDX-License-Identifier: AGPL-3.0-or-later
import statistics
import time
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mazot.foundation.text import sought
from mazot.products.manager.queries.table import SORTS
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.models import Membership, Person
from tests.cast import member, person_named


@pytest.fixture
def browser(signed_in, adam):
    return signed_in(adam)


def names(browser, query=""):
    """The logins of the table, in its order."""
    page = browser.get(f"/manager/people{query}", headers={"HX-Request-Type": "partial"}).content.decode()
    assert "<html" not in page
    return [part.split("@")[0] for part in page.split('person__more truncate">')[1:]]


def test_the_table_is_searched_without_accents_case_or_order(browser, mimosa):
    person = person_named("zoe")
    person.given_name, person.family_name = "Zoé", "Ångström"
    person.save(update_fields=["given_name", "family_name"])
    member(mimosa, person, "external")
    assert names(browser, "?words=angstrom+ZOE") == ["zoe"]
    assert names(browser, "?words=zoe@people") == ["zoe"]
    assert names(browser, "?words=%25") == []


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "olive adam malik gaia"),
        ("-name", "gaia malik adam olive"),
        ("role", "olive adam malik gaia"),
        ("-role", "gaia malik adam olive"),
        ("-joined", "gaia malik adam olive"),
        ("active", "adam malik gaia olive"),
        ("<script>", "olive adam malik gaia"),
    ],
)
def test_the_table_is_sorted_by_the_database(browser, people, sort, expected):
    Person.objects.update(last_login=None)
    for days, person in ((1, people.olive), (9, people.malik), (5, people.gaia)):
        Person.objects.filter(id=person.id).update(last_login=timezone.now() - timedelta(days=days))
    found = names(browser, f"?sort={sort}")
    if "active" in sort:
        found.remove("adam")
        found.insert(0, "adam")  # he is looking: his own place moves with the test
    assert found == expected.split()


def test_the_table_is_narrowed_by_team_two_factor_and_status(browser, olive, mimosa, people):
    malik = Membership.objects.get(person=people.malik)
    team = make_team(olive, mimosa, name="Strings", members=[malik])
    block_member(olive, Membership.objects.get(person=people.gaia))
    assert names(browser, f"?team={team.id}") == ["malik"]
    assert names(browser, "?status=blocked") == ["gaia"]
    assert "gaia" not in names(browser, "?status=active")
    assert names(browser, "?factor=with") == []
    assert len(names(browser, "?factor=without&page=99999999999&team=nonsense")) == 4


def test_what_is_impossible_is_shown_with_its_reason_and_refused(browser, signed_in, olive, people):
    page = signed_in(olive).get("/manager/people").content.decode()
    assert "Name a second one first." in page
    page = browser.get("/manager/people").content.decode()
    assert "Only a legal representative names, changes or removes another one." in page
    assert "Nobody blocks themselves." in page
    mine = Membership.objects.get(person=people.adam)
    browser.post(f"/manager/people/{mine.id}/block")
    mine.refresh_from_db()
    assert mine.blocked_at is None


def test_demotion_says_what_is_left_and_leads_on_to_product_access(signed_in, olive, people):
    browser = signed_in(olive)
    adam = Membership.objects.get(person=people.adam)
    asked = browser.get(f"/manager/people/{adam.id}/role", headers={"HX-Request-Type": "partial"}).content.decode()
    assert "<dialog" in asked
    assert "their work teams and their own grants" in asked
    answer = browser.post(f"/manager/people/{adam.id}/role", {"role": "collaborator"})
    assert answer["Location"] == f"/manager/people/{adam.id}/access"


def test_blocking_asks_first_and_stops_sessions_and_application_passwords(
    browser, signed_in, malik, people, app_password, drive, client
):
    theirs = signed_in(malik)
    secret = app_password(malik)
    there = Membership.objects.get(person=people.malik)
    assert "application passwords stop" in browser.get(f"/manager/people/{there.id}/block").content.decode()
    assert theirs.get("/drive/recent").status_code == HTTPStatus.OK
    browser.post(f"/manager/people/{there.id}/block")
    assert theirs.get("/drive/recent").status_code == HTTPStatus.FORBIDDEN
    assert secret


def crowd(organization, numbers):
    """So many more collaborators, as rows."""
    people = [
        Person(login=f"p{n}@crowd.example", given_name=f"Given{n}", family_name=f"Family{n % 997}", password="!")
        for n in numbers
    ]
    for person in people:
        person.sought = sought(f"{person.family_name} {person.given_name} {person.login}")
    Person.objects.bulk_create(people, batch_size=500)
    Membership.objects.bulk_create(
        [Membership(organization=organization, person=person, role="collaborator") for person in people], batch_size=500
    )
    if connection.vendor == "postgresql":  # as it does by itself a minute later: until then it plans for a few rows
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def spent(browser, query):
    """The processor's median of five, and the questions of one."""
    taken = []
    for _ in range(5):
        with CaptureQueriesContext(connection) as asked:
            began = time.process_time()
            answer = browser.get(f"/manager/people{query}")
            taken.append(time.process_time() - began)
        assert answer.status_code == HTTPStatus.OK
    return statistics.median(taken), len(asked)


WISHES = (
    "",
    "?page=9999",
    "?words=given",
    "?role=collaborator",
    "?factor=without",
    "?status=active",
    *(f"?sort={back}{key}" for key in SORTS for back in ("", "-")),
)


def test_ten_thousand_people_take_the_questions_of_a_hundred_and_little_more_time(browser, mimosa):
    crowd(mimosa, range(100))
    browser.get("/manager/people")  # templates are compiled once
    few = {wish: spent(browser, wish) for wish in WISHES}
    crowd(mimosa, range(100, 10_000))
    for wish in WISHES:
        seconds, asked = spent(browser, wish)
        assert asked == few[wish][1] <= 12, wish
        # A hundred times the people: a page that read them all would take ten times as long and more.
        assert seconds < 4 * few[wish][0], wish
