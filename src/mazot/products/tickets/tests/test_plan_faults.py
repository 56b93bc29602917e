# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whoever wrote a plan reads what is wrong with it."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from mazot.products.tickets import rules
from mazot.products.tickets.queries.plan_faults import SENTENCES, Told, faults_told
from mazot.products.tickets.rules.plan_csv import read_table
from mazot.products.tickets.rules.pretix import read_pretix
from mazot.products.tickets.rules.readings import Fault, Unreadable
from mazot.products.tickets.tests.rooms import first_generation

READERS = ("readings", "drawing", "pretix", "pretix_shapes", "plan_csv")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_each_reason_that_a_reader_notes_has_a_sentence():
    source = "".join((Path(rules.__path__[0]) / f"{reader}.py").read_text() for reader in READERS)
    words = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source))
    noted = {word for word in words if word.startswith(("not_", "too_", "missing", "unknown_"))}
    noted |= {"twice", "empty", "hidden_letter", "out_of_range", "column_twice"}

    assert noted == set(SENTENCES)


def test_a_plan_is_told_by_path():
    file = first_generation()
    file["zones"][0]["rows"][1]["seats"][0] |= {"seat_guid": "0-0", "category": "Balcony"}
    with pytest.raises(Unreadable) as refusal:
        read_pretix(file)

    assert faults_told(refusal.value) == [
        Told(
            "zones[0].rows[1].seats[0].seat_guid",
            "“0-0” stands twice: the first is at zones[0].rows[0].seats[0].seat_guid.",
        ),
        Told("zones[0].rows[1].seats[0].category", "No category is called “Balcony”."),
    ]


def test_a_table_is_told_by_line():
    with pytest.raises(Unreadable) as refusal:
        read_table("section,row,seat\nA,1,1\nA,1,1\n,,,,,%(found)s\n")
    with pytest.raises(Unreadable) as other:
        read_table("section,row,seat,id\nA,1,1,x\nA,1,2,x\n")

    assert faults_told(other.value) == [Told("Line 3, id", "“x” stands twice: the first is at line 2.")]
    assert faults_told(refusal.value) == [
        Told("Line 3, seat", "“A / 1 / 1” stands twice: the first is at line 2."),
        Told("Line 4", "The line has 6 cells, and the heading has 3."),
        Told("Line 4, seat", "Nothing is written here, and it needs something."),
    ]


def test_faults_that_are_not_listed_are_counted():
    refusal = Unreadable([Fault("size", "missing")], 41)
    assert [told.sentence for told in faults_told(refusal)] == ["This is missing.", "And 40 more."]


def test_what_was_found_is_told_as_it_stands():
    (told,) = faults_told(Unreadable([Fault("name", "not_a_color", "100%(limit)s <b>")]))
    assert told.sentence == "“100%(limit)s <b>” is not a color such as #2e7d32."
