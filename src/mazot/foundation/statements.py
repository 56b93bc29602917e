# SPDX-License-Identifier: AGPL-3.0-or-later
"""One row at a time, with a statement whose text is made once per table: for the deeds that happen all day.

The ORM composes its SQL anew at each call, which is most of what a small write costs (see decision 15). Here the text
is kept; the table, its columns and the conversion of each value still come from the model. `insert` and `update` are
`save(force_insert=True)` and `save(update_fields=…)` without signals, defaults of the database and multi-table models.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

M = TypeVar("M", bound=models.Model)
Write = Callable[[models.Model], Any]  # from a row to the parameter of one column

# What these hold goes to the database as it is, on either one.
_PLAIN = (models.CharField, models.TextField, models.BooleanField, models.IntegerField)


def insert(row: models.Model) -> None:
    """Write a new row."""
    connection = connections[DEFAULT_DB_ALIAS]
    writes, sql = _insertion(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [write(row) for write in writes])
    row._state.adding = False
    row._state.db = connection.alias


def insert_numbered(row: models.Model) -> None:
    """Write a new row whose key the database counts, and take that key over."""
    connection = connections[DEFAULT_DB_ALIAS]
    writes, sql = _insertion(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING {_quoted(row._meta.pk.column)}", [write(row) for write in writes])
        row.pk = cursor.fetchone()[0]
    row._state.adding = False
    row._state.db = connection.alias


def insert_unless_there(row: models.Model) -> bool:
    """Write a new row unless one with the same unique values exists; says whether it was written."""
    connection = connections[DEFAULT_DB_ALIAS]
    writes, sql = _insertion(type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", [write(row) for write in writes])
        written = int(cursor.rowcount) == 1
    if written:
        row._state.adding = False
        row._state.db = connection.alias
    return written


def update(row: models.Model, *names: str) -> None:
    """Write these fields of a row that exists."""
    connection = connections[DEFAULT_DB_ALIAS]
    writes, sql = _change(type(row), names, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(sql, [write(row) for write in writes])


def find(model: type[M], where: str, values: Sequence[Any], *, lock: bool = False) -> list[M]:
    """The rows where a hand-written condition holds (in columns of the table), locked until the end if asked."""
    connection = connections[DEFAULT_DB_ALIAS]
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


def erase(model: type[models.Model], where: str, values: Sequence[Any]) -> int:
    """Delete the rows where a hand-written condition holds, and nothing that points at them; says how many."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"DELETE FROM {_quoted(model._meta.db_table)} WHERE {where}", values)  # noqa: S608
        return int(cursor.rowcount)


def key(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as a parameter of a condition on that field."""
    return field.get_db_prep_value(value, connections[DEFAULT_DB_ALIAS], prepared=False)


@lru_cache(maxsize=128)
def _insertion(model: type[models.Model], vendor: str) -> tuple[list[Write], str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    quoted = ", ".join(_quoted(field.column) for field in fields)
    marks = ", ".join("%s" for _field in fields)
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({quoted}) VALUES ({marks})"  # noqa: S608
    return [_write(field, vendor, add=True) for field in fields], sql


@lru_cache(maxsize=256)
def _change(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[list[Write], str]:
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    wanted = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    where = f"{_quoted(model._meta.pk.column)} = %s"
    sql = f"UPDATE {_quoted(model._meta.db_table)} SET {wanted} WHERE {where}"  # noqa: S608
    return [_write(field, vendor, add=False) for field in (*fields, model._meta.pk)], sql


def _write(field: models.Field[Any, Any], vendor: str, *, add: bool) -> Write:
    """How one column is written: by what its kind needs, decided once and not for each row."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if type(field).pre_save is models.Field.pre_save:
        if isinstance(target, _PLAIN):
            return attrgetter(field.attname)
        if isinstance(target, models.UUIDField) and vendor == "sqlite":
            return _hexadecimal(field, target)
    # The connection is asked for at each row: it belongs to the thread, and this is kept for all of them.
    return lambda row: field.get_db_prep_save(field.pre_save(row, add), connections[DEFAULT_DB_ALIAS])


def _hexadecimal(field: models.Field[Any, Any], target: models.UUIDField[Any, Any]) -> Write:
    value_of = attrgetter(field.attname)

    def write(row: models.Model) -> str | None:
        value = value_of(row)
        return None if value is None else (value if type(value) is UUID else target.to_python(value)).hex

    return write


def _selection(
    model: type[models.Model], where: str, lock: bool
) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    columns, names, converters = _columns(model, connections[DEFAULT_DB_ALIAS].vendor)
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
        connection = connections[DEFAULT_DB_ALIAS]
        steps = [*connection.ops.get_db_converters(expression), *expression.get_db_converters(connection)]
        converters += [(at, _step(convert, expression)) for convert in steps]
    return ", ".join(_quoted(field.column) for field in fields), [field.attname for field in fields], converters


def _step(convert: Callable[..., Any], expression: Any) -> Callable[[Any], Any]:
    return lambda value: convert(value, expression, connections[DEFAULT_DB_ALIAS])


def _quoted(name: str | None) -> str:
    assert name is not None  # only fields without a column have none, and those are not concrete
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)
