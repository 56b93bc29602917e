# SPDX-License-Identifier: AGPL-3.0-or-later
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from mazot.foundation import clock as clocks
from mazot.foundation.errors import NotAllowed
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.details import set_details
from mazot.tenancy.actions.grants import grant_rights, take_rights
from mazot.tenancy.actions.leaving import leave_organization, start_leaving
from mazot.tenancy.actions.logins import Door, record_login
from mazot.tenancy.actions.profile import set_photo
from mazot.tenancy.actions.teams import make_team, remove_team, set_team
from mazot.tenancy.details import Details
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.activity import Search, activity_for, every_line, own_activity_for
from mazot.tenancy.queries.sentences import FIELDS
from tests.cast import Cast


def of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


def said(cast: Cast, **wish: str) -> list[str]:
    return [line.sentence for line in activity_for(cast.adam, Search.of(wish)).lines]


def test_what_happened_is_told_in_whole_sentences_with_names(cast: Cast) -> None:
    (grant,) = grant_rights(cast.adam, of(cast, "malik"), rights=["drive.use"], instances=[cast.drive])
    take_rights(cast.adam, grant)
    team = make_team(cast.olive, cast.mimosa, name="Strings")
    grant_rights(cast.olive, team, rights=["*"], category="drive")
    set_team(cast.olive, team, name="Brass", tint=3, leader=None)
    remove_team(cast.olive, team)
    leave_organization(cast.malik, cast.mimosa)
    assert said(cast)[:7] == [
        "Malik Diallo left the organization.",
        "Olive Arnaud removed the team Brass.",
        "Olive Arnaud changed the team Brass.",
        "Olive Arnaud gave somebody or something that is gone access to every Drive, future ones too.",
        "Olive Arnaud made the team Strings.",
        f"Adam Berset took access to {cast.drive.name} from Malik Diallo.",
        f"Adam Berset gave Malik Diallo access to {cast.drive.name}.",
    ]


def test_a_removed_person_keeps_their_name_in_the_log(cast: Cast) -> None:
    assert "Olive Arnaud removed Basil Weber from the organization." in said(cast)
    start_leaving(cast.olive, of(cast, "adam"))
    assert "Olive Arnaud removed Adam Berset from the organization." in [
        line.sentence for line in activity_for(cast.olive, Search()).lines
    ]


def test_the_log_speaks_the_readers_language(cast: Cast) -> None:
    with translation.override("fr"):
        assert "Olive Arnaud a retiré Basil Weber de l’organisation." in said(cast)


def test_it_is_narrowed_by_person_product_action_period_and_words(cast: Cast, clock: object) -> None:
    clock.advance(timedelta(days=10))
    grant_rights(cast.adam, of(cast, "malik"), rights=["drive.use"], instances=[cast.drive])
    gave = [f"Adam Berset gave Malik Diallo access to {cast.drive.name}."]
    day = (clocks.now() - timedelta(days=2)).date().isoformat()
    assert said(cast, since=day) == gave
    assert gave[0] not in said(cast, until=day)
    mine = replace(Search(), person_id=cast.people.adam.id)
    assert [line.sentence for line in activity_for(cast.olive, mine).lines] == gave
    assert set(said(cast, kind="tenancy.RightsGranted")) >= set(gave)
    assert len(said(cast, kind="tenancy.RightsGranted")) == 4
    assert said(cast, product="drive") == []
    assert said(cast, words="adam", kind="tenancy.RightsGranted") == gave
    assert said(cast, words="no such word") == []
    assert said(cast, words="100%_") == []


def test_pages_follow_one_another_without_a_gap_or_a_double(cast: Cast) -> None:
    everything = [line.id for line in activity_for(cast.adam, Search(), limit=500).lines]
    walked, search = [], Search()
    while True:
        page = activity_for(cast.adam, search, limit=3)
        walked += [line.id for line in page.lines]
        if not page.older:
            break
        search = Search.of({"before": page.older})
    assert walked == everything
    assert [line.id for line in every_line(cast.adam, Search(), at_once=2)] == everything


def test_logins_show_while_somebody_belongs_and_not_from_before_or_after(cast: Cast, clock: object) -> None:
    clock.advance(timedelta(hours=1))
    door = Door("web", "192.0.2.7")
    record_login(cast.people.malik.login, door, reason="password", person_id=cast.people.malik.id)
    record_login(cast.people.gaia.login, door, reason="wrong_password", person_id=cast.people.gaia.id, succeeded=False)
    record_login(cast.people.basil.login, door, reason="password", person_id=cast.people.basil.id)
    record_login(cast.people.otto.login, door, reason="password", person_id=cast.people.otto.id)
    assert said(cast, product="account") == [
        "Somebody tried to sign in as Gaia Lombardi and was refused.",
        "Malik Diallo signed in.",
    ]
    Membership.objects.filter(person=cast.people.malik).update(joined_at=clocks.now() + timedelta(minutes=1))
    assert said(cast, kind="account.SignedIn") == []


def test_the_log_of_mimosa_is_not_ottos_and_not_a_collaborators(cast: Cast) -> None:
    assert all("Malik" not in line.sentence for line in activity_for(cast.otto, Search()).lines)
    for who in (cast.malik, cast.gaia):
        with pytest.raises(NotAllowed):
            activity_for(who, Search())


def test_ones_own_activity_is_ones_own_alone(cast: Cast) -> None:
    make_team(cast.adam, cast.mimosa, name="Strings")
    lines = own_activity_for(cast.adam, Search(person_id=cast.people.olive.id)).lines
    assert [line.sentence for line in lines] == ["Adam Berset made the team Strings."]


@pytest.mark.parametrize("field", ["kind", "details", "at", "person_id", "organization_id"])
def test_no_line_is_changed_not_even_by_a_statement_of_ones_own(cast: Cast, field: str) -> None:
    before = list(FactRow.objects.order_by("id").values())
    value = {"kind": "x", "details": {}, "at": clocks.now(), "person_id": None, "organization_id": None}[field]
    with pytest.raises(DatabaseError), transaction.atomic():
        FactRow.objects.update(**{field: value})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE foundation_factrow SET via = 'dav'")
    assert list(FactRow.objects.order_by("id").values()) == before


def test_whatever_changes_is_called_by_a_word_of_the_language(cast: Cast) -> None:
    set_photo(cast.malik, cast.people.malik, digest="0" * 64)
    assert own_activity_for(cast.malik, Search()).lines[0].sentence == "Malik Diallo changed the photo."
    set_details(cast.olive, cast.mimosa, legal_name="Mimosa SA", postal_code="1003", city="Lausanne")
    assert said(cast)[0] == "Olive Arnaud changed the legal name, the postal code, the city."
    assert Details.__annotations__.keys() <= FIELDS.keys()


def test_no_line_is_deleted(cast: Cast) -> None:
    before = FactRow.objects.count()
    for deed in (FactRow.objects.all().delete, FactRow.objects.first().delete):
        with pytest.raises(TypeError):
            deed()
    for statement in ("DELETE FROM foundation_factrow", "DELETE FROM foundation_factrow WHERE via = 'web'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert FactRow.objects.count() == before


def test_no_line_is_put_in_the_place_of_another(cast: Cast) -> None:
    before = list(FactRow.objects.order_by("id").values())
    columns = ", ".join(f'"{field.column}"' for field in FactRow._meta.concrete_fields)
    copied = columns.replace('"via"', "'dav'")
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    statement = f"{verb} INTO foundation_factrow ({columns}) SELECT {copied} FROM foundation_factrow"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(FactRow.objects.order_by("id").values()) == before


@pytest.mark.parametrize("before", ["", "x", "2026-01-01~x", "~", "2026-01-01T00:00:00~" + "0" * 32, "\0"])
def test_a_key_that_means_nothing_is_the_first_page(cast: Cast, before: str) -> None:
    assert Search.of({"before": before}).before is None


@pytest.mark.parametrize(
    "wish",
    [
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"before": "0001-01-01T00:00:00+23:59~" + "0" * 32},
        {"before": "9999-12-31T23:59:59-23:59~" + "0" * 32},
    ],
)
def test_the_ends_of_the_calendar_narrow_nothing(cast: Cast, wish: dict[str, str]) -> None:
    assert said(cast, **wish) == said(cast)
