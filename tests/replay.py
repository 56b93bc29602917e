# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cast made once by the house's own actions, then put into the database again for each test, row by row.

What the actions wrote is kept with a place for each identifier and each moment. Playing it again fills them with
new identifiers, in the order of the first ones, and with moments as far from now as the first ones were: nothing of
one test, and nothing a process remembers by identifier, meets the next test.
"""

import io
import pickle
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from mazot.foundation.clock import now
from mazot.foundation.ids import new_id

# A version 7 identifier (RFC 9562 §5.7) with its dashes, or without as SQLite keeps it.
WRITTEN_ID = re.compile(r"([0-9a-f]{8}-?[0-9a-f]{4}-?7[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12})")

Made = TypeVar("Made")
Rows = dict[str, list[tuple[Any, ...]]]


class Recording(Generic[Made]):
    """What one function wrote into the database and gave back."""

    def __init__(self, make: Callable[[], Made]) -> None:
        with transaction.atomic():
            before = everything()
            made = make()
            self._moment = now()
            added = {
                table: [row for row in rows if row not in before[table]]
                for table, rows in everything().items()
                if rows != before[table]
            }
            transaction.set_rollback(True)
        kept = [insertion(table, rows) for table, rows in added.items()]
        self._ids: set[UUID] = set()
        self._kept = self._with_places((kept, made))
        self._order = sorted(self._ids, key=lambda each: each.int)

    def play(self) -> Made:
        """Write it again, now, and give back what the function gave."""
        filled = _Filling(
            self._kept, dict(zip(self._order, (new_id() for _ in self._order), strict=True)), self._moment
        )
        kept, made = filled.load()
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in kept:
                cursor.execute(statement, values)
        return made

    def _with_places(self, what: object) -> bytes:
        buffer = io.BytesIO()
        _Hollowing(buffer, self._ids).dump(what)
        return buffer.getvalue()


class _Hollowing(pickle.Pickler):
    def __init__(self, buffer: io.BytesIO, ids: set[UUID]) -> None:
        super().__init__(buffer, protocol=pickle.HIGHEST_PROTOCOL)
        self._ids = ids

    def persistent_id(self, obj: Any) -> str | None:
        if isinstance(obj, UUID):
            self._ids.add(obj)
            return f"id {obj.hex}"
        if isinstance(obj, datetime):
            return f"moment {obj.isoformat()}"
        if isinstance(obj, str) and (written := WRITTEN_ID.findall(obj)):
            self._ids.update(map(UUID, written))
            return f"text {obj}"
        return None


class _Filling(pickle.Unpickler):
    def __init__(self, kept: bytes, ids: dict[UUID, UUID], moment: datetime) -> None:
        super().__init__(io.BytesIO(kept))
        self._by_hex = {old.hex: new for old, new in ids.items()}
        self._later = now() - moment

    def persistent_load(self, pid: str) -> Any:
        kind, _, held = pid.partition(" ")
        if kind == "id":
            return self._by_hex[held]
        if kind == "moment":
            return datetime.fromisoformat(held) + self._later
        return WRITTEN_ID.sub(self._written, held)

    def _written(self, old: re.Match[str]) -> str:
        new = self._by_hex[old[0].replace("-", "")]
        return str(new) if "-" in old[0] else new.hex


def everything() -> Rows:
    """Each row of each table as the database gives it, without conversion by any model."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = cursor.fetchall()
    return rows


def insertion(table: str, rows: list[tuple[Any, ...]]) -> tuple[str, list[Any]]:
    """One statement for all rows of a table; a number that the database counts up is left to the database."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    counted = {
        model._meta.pk.column
        for model in apps.get_models()
        if model._meta.db_table == table and isinstance(model._meta.pk, models.AutoField)
    }
    taken = [place for place, column in enumerate(columns) if column not in counted]
    names = ", ".join(connection.ops.quote_name(columns[place]) for place in taken)
    places = f"({', '.join(['%s'] * len(taken))})"
    statement = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES {', '.join([places] * len(rows))}"
    return statement, [row[place] for row in rows for place in taken]
