# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kept statements write and read exactly what the ORM does."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from mazot.foundation import statements
from mazot.foundation.ids import new_id
from mazot.foundation.models import Account, FactRow

pytestmark = pytest.mark.django_db


def fact(**values) -> FactRow:
    told = {"kind": "a.B", "via": "web", "details": {"é": [1, None]}, "at": datetime(2026, 1, 2, 3, 4, 5, 6, UTC)}
    return FactRow(**told | values)


def values_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_an_inserted_row_is_the_one_the_orm_reads():
    row = fact(organization_id=new_id())
    statements.insert(row)
    assert values_of(FactRow.objects.get(id=row.id)) == values_of(row)
    assert not row._state.adding


def test_a_found_row_is_the_one_the_orm_wrote():
    row = fact(subject_id=new_id())
    row.save(force_insert=True)
    where = statements.key(FactRow._meta.pk, row.id)
    for lock in (False, True):
        with transaction.atomic():
            [found] = statements.find(FactRow, "id = %s", [where], lock=lock)
        assert values_of(found) == values_of(row)
    assert statements.find(FactRow, "id = %s", [statements.key(FactRow._meta.pk, new_id())]) == []


def test_an_update_writes_the_named_fields_alone():
    row = Account.objects.create(holder_id=new_id(), kind="drive", used=1)
    row.used, row.kind = 2, "not written"
    statements.update(row, "used")
    kept = Account.objects.get(pk=row.pk)
    assert (kept.used, kept.kind) == (2, "drive")


def test_values_are_parameters_and_rules_of_the_table_hold():
    hostile = "x'); DROP TABLE foundation_factrow; --"
    row = fact(because=hostile)
    statements.insert(row)
    assert FactRow.objects.get(id=row.id).because == hostile
    account = Account(holder_id=new_id(), kind="drive", used=0)
    statements.insert(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        statements.insert(Account(holder_id=account.holder_id, kind="drive", used=0))


def test_the_text_is_made_once(django_assert_num_queries):
    with django_assert_num_queries(3):
        for _ in range(3):
            statements.insert(fact())
    assert statements._insertion(FactRow, connection.vendor) is statements._insertion(FactRow, connection.vendor)


def test_a_row_is_written_unless_it_is_there():
    row = Account(holder_id=new_id(), kind="drive", used=1)
    assert statements.insert_unless_there(row)
    again = Account(holder_id=row.holder_id, kind="drive", used=2)
    assert not statements.insert_unless_there(again)
    assert again._state.adding
    assert Account.objects.get(holder_id=row.holder_id).used == 1
