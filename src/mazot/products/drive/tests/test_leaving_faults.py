# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slow: a worker dies at every statement of a removal, of its undoing and of its end; the next one ends in the same state."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from mazot.foundation import quota
from mazot.foundation.clock import CLOCK
from mazot.foundation.models import FactRow
from mazot.products.drive.actions.locks import lock_entry
from mazot.products.drive.actions.trash import trash_entries
from mazot.products.drive.models import Change, Entry, Lock, Revision, Space, Trashing, Upload
from mazot.products.drive.rules.selection import Selection
from mazot.tenancy.actions.leaving import start_leaving, undo_leaving
from mazot.tenancy.actions.teams import make_team, set_team
from mazot.tenancy.jobs import carry_on, finish
from mazot.tenancy.models import Grant, Leaving, LeavingStep, Membership, Team, TeamMember

pytestmark = pytest.mark.slow

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class Killed(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


@contextmanager
def killed_at(number: int) -> Iterator[list[int]]:
    """Die before the statement of this number; answer how many there were."""
    count = [0]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(BOOKKEEPING):
            count[0] += 1
            if count[0] == number:
                raise Killed
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield count


def picture() -> dict[str, Any]:
    """Every row that a removal may touch; identifiers and moments that a run makes anew are left out."""
    paths = {entry.id: entry for entry in Entry.objects.select_related("space")}

    def path(entry_id: Any) -> str:
        names = []
        while entry_id is not None and entry_id in paths:
            names.append(paths[entry_id].name)
            entry_id = paths[entry_id].parent_id
        return "/".join(reversed(names))

    entries = []
    for e in paths.values():
        content = (e.digest, None if e.is_folder else e.version, e.number)
        entries.append((path(e.id), e.space.person_id, *content, e.changed_by_id, e.trashed_id is not None))
    steps = LeavingStep.objects.order_by("leaving_id", "order")
    return {
        "entries": sorted(map(str, entries)),
        "revisions": sorted(map(str, Revision.objects.values_list("id", "entry_id", "digest", "size", "by_id", "at"))),
        "trash": sorted(map(str, Trashing.objects.values_list("id", "entry_id", "n_entries", "size", "by_id", "at"))),
        "spaces": sorted(map(str, Space.objects.values_list("person_id", "sequence", "name"))),
        "log": sorted(
            map(str, Change.objects.values_list("space__person_id", "space__name", "sequence", "name", "kind"))
        ),
        "locks": Lock.objects.count(),
        "uploads": Upload.objects.count(),
        "memberships": sorted(map(str, Membership.objects.values_list("id", "role", "removed_at", "blocked_at"))),
        "teams": sorted(map(str, Team.objects.values_list("id", "name", "leader_id"))),
        "places": sorted(map(str, TeamMember.objects.values_list("team_id", "membership_id"))),
        "grants": sorted(map(str, Grant.objects.values_list("id", "membership_id", "rights"))),
        "leavings": sorted(map(str, Leaving.objects.values_list("membership_id", "state", "choices", "ended_at"))),
        "steps": [
            (s.key, s.done_at, s.undone_at, s.record.get("entries"), s.record.get("result"), s.record.get("final"))
            for s in steps
        ],
        "told": sorted(FactRow.objects.values_list("kind", flat=True)),
    }


@pytest.fixture
def leaving(cast, olive, malik, folder, file, common):
    """Malik leads a team, has files, versions, trash and a lock, and is removed; nothing is carried out yet."""
    file("a", folder("f"), "12345")
    file("b")
    trash_entries(malik, Selection.of(file("old")))
    lock_entry(malik, file("plan", common.root), depth_infinity=False, exclusive=True)
    there = Membership.objects.get(organization=cast.mimosa, person=cast.people.malik)
    team = make_team(olive, cast.mimosa, name="Strings", members=[there])
    set_team(olive, team, name="Strings", tint=2, leader=there)
    receiver = str(Membership.objects.get(organization=cast.mimosa, person=cast.people.olive).id)
    choice = {"fate": "hand_over", "receiver": receiver}
    return start_leaving(olive, there, choices={f"drive.folder:{cast.drive.id.hex}": choice})


def same_at_every_death(deed: Callable[[], object]) -> int:
    """Let the deed die at each of its statements in turn and run again; answer how many there are."""
    expected, n_statements, number = None, 0, 0
    while number <= n_statements:
        with transaction.atomic():
            with killed_at(number) as count:
                try:
                    deed()
                except Killed:
                    deed()
            reached = without_moments(picture())
            if number == 0:
                expected, n_statements = reached, count[0]
            else:
                assert reached == expected, f"killed at statement {number} of {n_statements}"
            transaction.set_rollback(True)
        number += 1
    return n_statements


def without_moments(found: dict[str, Any]) -> dict[str, Any]:
    """Moments differ between two runs; that they are there is what counts."""
    steps = [(key, bool(done), bool(undone), *rest) for key, done, undone, *rest in found["steps"]]
    leavings = [line.split("datetime.datetime")[0] for line in found["leavings"]]
    memberships = [line.split("datetime.datetime")[0] for line in found["memberships"]]
    return found | {"steps": steps, "leavings": leavings, "memberships": memberships}


def test_a_removal_survives_death_at_every_statement(leaving):
    assert same_at_every_death(lambda: carry_on(leaving.id)) > 30


def test_an_undoing_survives_death_at_every_statement(olive, leaving):
    carry_on(leaving.id)
    undo_leaving(olive, leaving)
    assert same_at_every_death(lambda: carry_on(leaving.id)) > 30


def test_an_end_survives_death_at_every_statement(leaving):
    carry_on(leaving.id)
    CLOCK.advance(timedelta(days=31))
    assert same_at_every_death(lambda: finish(leaving.id)) > 30


def test_the_beginning_is_whole_or_nothing(cast, olive, gaia):
    there = Membership.objects.get(organization=cast.mimosa, person=cast.people.gaia)
    assert same_at_every_death(lambda: start_leaving(olive, there)) > 5


def test_what_was_undone_is_what_was_before(cast, olive, malik, folder, file, leaving):
    names = {"entries", "revisions", "trash", "grants", "places"}
    before = {name: rows for name, rows in picture().items() if name in names}
    used = quota.used_and_allowed(cast.drive.id, "drive")
    carry_on(leaving.id)
    undo_leaving(olive, leaving)
    carry_on(leaving.id)
    after = {name: rows for name, rows in picture().items() if name in names}
    # The receiver's own folder was made for the hand-over, and stays hers.
    hers = Space.objects.get(person=cast.people.olive)
    after["entries"] = [line for line in after["entries"] if str(hers.person_id) not in line.split(", ")[1]]
    assert after == before
    assert quota.used_and_allowed(cast.drive.id, "drive") == used
