# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prepared questions answer what the ORM answers, again and again, whatever is asked in between."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext

from mazot.foundation.ids import new_id
from mazot.foundation.models import FactRow
from mazot.foundation.prepared import Prepared

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)


def told(**values: Any) -> FactRow:
    row = FactRow(**{"kind": "a.B", "via": "web", "details": {"é": [1, None]}, "at": AT} | values)
    row.save(force_insert=True)
    return row


def values_of(row: FactRow) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_those_of_the_orm_with_each_value_in_its_place() -> None:
    one, other = told(kind="a.One", organization_id=new_id()), told(kind="a.Other", at=AT + timedelta(hours=1))
    by_kind = Prepared[FactRow](lambda kind, at: FactRow.objects.filter(kind=kind, at__lte=at).order_by("id"))
    for row in (one, other, one):
        [found] = by_kind(row.kind, row.at)
        assert values_of(found) == values_of(FactRow.objects.get(id=row.id))
        assert not found._state.adding
    assert by_kind("a.Other", AT) == []
    assert by_kind.first("a.None", AT) is None


def test_the_same_value_twice_and_values_that_look_alike_keep_their_places() -> None:
    told(kind="x", via="y")
    told(kind="y", via="x")
    ask = Prepared[str](
        lambda a, b: FactRow.objects.filter(Q(kind=a, via=b) | Q(kind=a, via=a)).values_list("via", flat=True)
    )
    assert [ask("x", "y"), ask("y", "x"), ask("x", "x")] == [["y"], ["x"], []]


def test_lists_of_any_length_and_constants_have_texts_of_their_own() -> None:
    rows = [told(kind=f"a.{number}") for number in range(3)]
    ask = Prepared[FactRow](
        lambda ids, heard: FactRow.objects.filter(id__in=ids, heard_at__isnull=heard).order_by("id")
    )
    for number in (0, 1, 2, 3, 2):
        ids = [row.id for row in rows[:number]]
        assert [row.id for row in ask(ids, True)] == ids
        assert ask(ids, False) == []


def test_counts_come_as_tuples() -> None:
    told(kind="a.C")
    told(kind="a.C")
    told(kind="a.D")
    ask = Prepared[tuple[str, int]](
        lambda at: FactRow.objects.filter(at=at).values_list("kind").annotate(n=Count("id")).order_by("kind")
    )
    assert ask(AT) == [("a.C", 2), ("a.D", 1)]


def test_asked_again_it_is_not_composed_and_locks_as_it_was_told() -> None:
    row, built = told(), []

    def build(row_id: Any) -> Any:
        built.append(row_id)
        return FactRow.objects.select_for_update().filter(id=row_id)

    ask = Prepared[FactRow](build)
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        assert [ask.first(row.id), ask.first(new_id())] == [row, None]
    assert len(built) == 1
    assert built[0] != row.id
    locks = connection.features.has_select_for_update
    assert [("FOR UPDATE" in one["sql"]) == locks for one in asked.captured_queries] == [True, True]


def test_what_stands_beside_an_empty_list_falls_away_with_it() -> None:
    row = told(kind="a.B")
    ask = Prepared[FactRow](
        lambda ids, kind, via: FactRow.objects.filter(Q(id__in=ids, kind=kind) | Q(via=via)).order_by("id")
    )
    assert [ask([], "a.B", "web"), ask([row.id], "a.B", "api"), ask([], "a.B", "api")] == [[row], [row], []]


def test_a_question_that_drops_its_value_is_refused() -> None:
    with pytest.raises(TypeError):
        Prepared[FactRow](lambda kind: FactRow.objects.all())("a.B")
