# SPDX-License-Identifier: AGPL-3.0-or-later
"""One row at a time, with a statement whose text is made once per table: for the deeds that happen all day.

The ORM composes its SQL anew at each call, which is most of what a small write costs (see decision 15). Here the text
is kept; the table, its columns and the conversion of each value still come from the model. `insert` and `update` are
`save(force_insert=True)` and `save(update_fields=…)` without signals, defaults of the database and multi-table models.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


def insert(row: models.Model) -> None:
    """Write a new row."""
    fields, sql = _insertion(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [_value(field, row, add=True) for field in fields])
    row._state.adding = False
    row._state.db = connection.alias


def update(row: models.Model, *names: str) -> None:
    """Write these fields of a row that exists."""
    fields, sql = _change(type(row), names, connection.vendor)
    key = row._meta.pk
    values = [_value(field, row, add=False) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, key.get_db_prep_save(row.pk, connection)])


def find(model: type[M], where: str, values: Sequence[Any], *, lock: bool = False) -> list[M]:
    """The rows where a hand-written condition holds (in columns of the table), locked until the end if asked."""
    sql, names, converters = _selection(model, where, lock and connection.features.has_select_for_update)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    answer = []
    for line in found:
        converted = list(line)
        for at, convert in converters:
            converted[at] = convert(converted[at])
        answer.append(model.from_db(connection.alias, names, converted))
    return answer


def key(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as a parameter of a condition on that field."""
    return field.get_db_prep_value(value, connection, prepared=False)


def _value(field: models.Field[Any, Any], row: models.Model, *, add: bool) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add), connection)


@lru_cache(maxsize=128)
def _insertion(model: type[models.Model], vendor: str) -> tuple[list[models.Field[Any, Any]], str]:  # noqa: ARG001
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quoted = ", ".join(_quoted(field.column) for field in fields)
    marks = ", ".join("%s" for _field in fields)
    return fields, f"INSERT INTO {_quoted(model._meta.db_table)} ({quoted}) VALUES ({marks})"  # noqa: S608


@lru_cache(maxsize=256)
def _change(
    model: type[models.Model],
    names: tuple[str, ...],
    vendor: str,  # noqa: ARG001 - the text differs by database
) -> tuple[list[models.Field[Any, Any]], str]:
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    wanted = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    where = f"{_quoted(model._meta.pk.column)} = %s"
    return fields, f"UPDATE {_quoted(model._meta.db_table)} SET {wanted} WHERE {where}"  # noqa: S608


def _selection(
    model: type[models.Model], where: str, lock: bool
) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    columns, names, converters = _columns(model, connection.vendor)
    sql = f"SELECT {columns} FROM {_quoted(model._meta.db_table)} WHERE {where}"  # noqa: S608
    return (f"{sql} FOR UPDATE" if lock else sql), names, converters


@lru_cache(maxsize=128)
def _columns(
    model: type[models.Model],
    vendor: str,  # noqa: ARG001 - the conversions differ by database
) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    fields = model._meta.concrete_fields
    converters: list[tuple[int, Callable[[Any], Any]]] = []
    for at, field in enumerate(fields):
        expression = field.get_col(model._meta.db_table)  # a foreign key converts as its target does
        steps = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]
        converters += [(at, _step(convert, expression)) for convert in steps]
    return ", ".join(_quoted(field.column) for field in fields), [field.attname for field in fields], converters


def _step(convert: Callable[..., Any], expression: Any) -> Callable[[Any], Any]:
    return lambda value: convert(value, expression, connection)


def _quoted(name: str | None) -> str:
    assert name is not None  # only fields without a column have none, and those are not concrete
    return connection.ops.quote_name(name)
