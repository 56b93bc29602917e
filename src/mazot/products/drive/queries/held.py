# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a write reads under its lock, with statements whose text is kept."""

import json
from uuid import UUID

from django.db import connection

from mazot.foundation.statements import find
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries.rows import key_of
from mazot.products.drive.rules.limits import DEFAULTS


def lock_space(space_id: UUID) -> Space | None:
    """A space's row, locked until the end of the transaction; SQLite has a single writer already."""
    return next(iter(find(Space, "id = %s", [key_of(space_id)], lock=True)), None)


def folder_and_member(folder_id: UUID, name: str) -> tuple[Entry | None, Entry | None]:
    """A living entry, and the living entry of that name in it. Read after the lock: PostgreSQL's statement sees what
    was committed while it waited, which the locking statement itself would not."""
    if "\0" in name or not _is_text(name):
        found = find(Entry, "trashed_id IS NULL AND id = %s", [key_of(folder_id)])
    else:
        folder = key_of(folder_id)
        # Two look-ups by key; an OR over both columns is left to the mood of the planner.
        where = (
            "id IN (SELECT id FROM drive_entry WHERE id = %s AND trashed_id IS NULL "
            "UNION ALL SELECT id FROM drive_entry WHERE parent_id = %s AND name = %s AND trashed_id IS NULL)"
        )
        found = find(Entry, where, [folder, folder, name])
    parent = next((entry for entry in found if entry.id == folder_id), None)
    member = next((entry for entry in found if entry.parent_id == folder_id and entry.id != folder_id), None)
    return parent, member


def limit_held(instance_id: UUID, name: str) -> int | None:
    """One limit of a drive's plan, as `limit_of` answers it."""
    sql = "SELECT p.limits FROM tenancy_productinstance i LEFT JOIN tenancy_plan p ON p.id = i.plan_id WHERE i.id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [key_of(instance_id)])
        line = cursor.fetchone()
    told = json.loads(line[0]) if line and line[0] else {}
    value = told.get(name, DEFAULTS[name])
    return None if value is None else int(value)


def _is_text(name: str) -> bool:
    """Whether a database can be asked for it: half a surrogate cannot be sent."""
    return not any("\ud800" <= character <= "\udfff" for character in name)
