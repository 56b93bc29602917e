# SPDX-License-Identifier: AGPL-3.0-or-later
"""The space's log: a number for each change, given out under the space's lock and never twice.

Replaying the log from its start gives the tree: `added` and `changed` say where an entry is and what it is called,
`removed` takes an entry away with everything below it.
"""

from collections.abc import Sequence

from mazot.foundation.statements import insert, update
from mazot.products.drive.models import Change, Entry, Space


def record(space: Space, kind: Change.Kind, *entries: Entry) -> None:
    """Add one line for each entry to the log of a held space."""
    if not entries:
        return
    lines = [
        Change(
            space_id=space.id,
            sequence=space.sequence + number,
            entry_id=entry.id,
            parent_id=entry.parent_id,
            name=entry.name,
            kind=kind,
        )
        for number, entry in enumerate(entries, start=1)
    ]
    _write(lines)
    space.sequence += len(lines)
    update(space, "sequence")


def _write(lines: Sequence[Change]) -> None:
    if len(lines) == 1:
        insert(lines[0])
    else:
        Change.objects.bulk_create(lines, batch_size=500)
