# SPDX-License-Identifier: AGPL-3.0-or-later
"""Questions asked all day, whose SQL the ORM composes once: afterwards they cost their rows and no more.

    shop_named = Prepared[Shop](lambda slug: Shop.objects.select_related("organization").filter(slug=slug))
    shop = shop_named.first("season")

Composing a statement is most of what the ORM does for a small one (see decision 15). The queryset is built with marks
in the place of its values; where the marks come out among the parameters of its SQL, the values go in at each asking.
Models with what select_related fetched, `values_list` and locks come out as the queryset itself would give them.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from secrets import randbelow, token_hex
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

Row = TypeVar("Row")

MOST_PLANS = 200  # shapes of one question: lists of so many ids
_PARAMETERS = (UUID, datetime, str)


class Prepared(Generic[Row]):
    """A question; its values are ids, moments, texts, lists of ids, and anything else as a constant of its text."""

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._plans: dict[tuple[object, ...], _Plan] = {}

    def __call__(self, *values: Any) -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        shape = (connection.vendor, *map(_shape, values))
        plan = self._plans.get(shape)
        if plan is None:
            plan = _Plan(self._build, values, connection)
            if len(self._plans) < MOST_PLANS:
                self._plans[shape] = plan
        return plan.rows(values, connection)

    def first(self, *values: Any) -> Row | None:
        """The first of its rows."""
        found = self(*values)
        return found[0] if found else None


def _shape(value: Any) -> object:
    """What of a value the text of the SQL depends on."""
    if isinstance(value, _PARAMETERS):
        return type(value)
    if isinstance(value, Collection):
        return ("many", len(value))
    return (type(value), value)


class _Plan:
    """The SQL of one shape, where its values go, and how its rows are read."""

    def __init__(self, build: Callable[..., Any], values: Sequence[Any], connection: Any) -> None:
        marks = [_marked(value) for value in values]
        queryset = build(*marks)
        self.compiler = queryset.query.get_compiler(connection=connection)
        self.template: list[Any] = []
        self.places: list[tuple[int, int]] = []  # at which parameter which of the values, laid in a row
        try:
            self.sql, parameters = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql = ""
            return
        known = {_as_parameter(mark, connection): at for at, mark in enumerate(_laid_out(marks))}
        self.template = list(parameters)
        for place, parameter in enumerate(parameters):
            if isinstance(parameter, str | UUID | datetime) and parameter in known:
                self.places.append((place, known[parameter]))
        # Beside an empty list the ORM leaves a condition out, and its values with it.
        if {at for _place, at in self.places} != set(known.values()) and [] not in marks:
            raise TypeError("A value of a prepared question does not come out among the parameters of its SQL.")
        columns = [selected[0] for selected in self.compiler.select[: self.compiler.col_count]]
        self.converters = [(at, *one) for at, one in self.compiler.get_converters(columns).items()]
        self.read = self._reader(queryset)

    def rows(self, values: Sequence[Any], connection: Any) -> list[Any]:
        if not self.sql:
            return []
        laid, parameters = _laid_out(values), list(self.template)
        for place, at in self.places:
            parameters[place] = _as_parameter(laid[at], connection)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found = cursor.fetchall()
        if self.converters:
            found = [self._converted(row, connection) for row in found]
        return [self.read(row) for row in found]

    def _converted(self, row: Sequence[Any], connection: Any) -> list[Any]:
        converted = list(row)
        for at, steps, expression in self.converters:
            for step in steps:
                converted[at] = step(converted[at], expression, connection)
        return converted

    def _reader(self, queryset: Any) -> Callable[[Sequence[Any]], Any]:
        """Do what the queryset's own iterable does with a row."""
        kind = queryset._iterable_class
        if kind is FlatValuesListIterable:
            return lambda row: row[0]
        if kind is ValuesListIterable:
            return tuple
        if kind is not ModelIterable or queryset._prefetch_related_lookups or queryset._known_related_objects:
            raise TypeError("A prepared question answers models without prefetched ones, or values_list.")
        select, info = self.compiler.select, self.compiler.klass_info
        fields, model = info["select_fields"], info["model"]
        first, last = fields[0], fields[-1] + 1
        names = [selected[0].target.attname for selected in select[first:last]]
        related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        added = list((self.compiler.annotation_col_map or {}).items())

        def read(row: Sequence[Any]) -> Any:
            made = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for one in related:
                one.populate(row, made)
            for name, at in added:
                setattr(made, name, row[at])
            return made

        return read


def _marked(value: Any) -> Any:
    """Something of the same kind that occurs nowhere else."""
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, datetime):
        return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=randbelow(10**15))
    if isinstance(value, str):
        return f"mark-{token_hex(12)}"
    return [_marked(one) for one in value] if isinstance(value, Collection) else value


def _laid_out(values: Sequence[Any]) -> list[Any]:
    """The values that are parameters, those of lists one by one."""
    laid: list[Any] = []
    for value in values:
        if isinstance(value, _PARAMETERS):
            laid.append(value)
        elif isinstance(value, Collection):
            laid.extend(value)
    return laid


def _as_parameter(value: Any, connection: Any) -> Any:
    """As fields of its kind hand it to the database."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
