# SPDX-License-Identifier: AGPL-3.0-or-later
"""People with files, teams and grants who leave all at once, for workers that are killed on the way.

`python -m tests.durability.leavers VERB NUMBER` does one thing to the data folder of MAZOT_DATA and prints JSON.
"""

import json
import os
import sys
from typing import Any

SAME = ("entries", "revisions", "trash", "memberships", "teams", "places", "grants", "locks", "uploads")
FILES = 6


def furnish(number: int) -> dict[str, Any]:
    """So many leavers beside Olive: each with files, versions, something in the trash, and a team they lead."""
    from mazot.suite.roles import prepare
    from mazot.tenancy.models import Organization
    from tests.cast import assemble

    assert prepare.main() == 0
    cast = assemble()
    for each in range(number):
        _leaver(cast, Organization.objects.get(id=cast.mimosa.id), f"leaver{each:02}")
    _hear()
    return state(number)


def _leaver(cast: Any, organization: Any, name: str) -> None:
    from mazot.foundation.blobs import blobs
    from mazot.products.drive.actions.drives import open_own_folder
    from mazot.products.drive.actions.files import make_folder, put_file
    from mazot.products.drive.actions.trash import trash_entries
    from mazot.products.drive.rules.selection import Selection
    from mazot.tenancy.actions.grants import grant_rights
    from mazot.tenancy.actions.teams import make_team, set_team
    from mazot.tenancy.queries.actors import actor_for_person
    from tests.cast import member, person_named

    person = person_named(name)
    there = member(organization, person, "collaborator")
    grant_rights(cast.olive, there, rights=["drive.use"], instances=[cast.drive])
    actor = actor_for_person(person)
    own = open_own_folder(actor, cast.drive).root
    inner = make_folder(actor, own, name="Scores")
    for file in range(FILES):
        for version in range(2):
            content = blobs().put(f"{name}, file {file}, version {version}".encode())
            put_file(actor, (own, inner)[file % 2], name=f"{file}.txt", blob=content)
    gone = put_file(actor, own, name="gone.txt", blob=blobs().put(name.encode())).entry
    trash_entries(actor, Selection.of(gone))
    team = make_team(cast.olive, organization, name=f"Team of {name}", members=[there])
    set_team(cast.olive, team, name=team.name, tint=2, leader=there)


def remove(_number: int) -> None:
    """Olive removes everybody and takes their files; the worker has not begun."""
    from mazot.products.drive.models import Space
    from mazot.tenancy.actions.leaving import start_leaving
    from mazot.tenancy.models import Membership

    olive = _olive()
    drive_id = Space.objects.filter(person__login__startswith="leaver")[0].instance_id
    choice = {"fate": "hand_over", "receiver": str(olive.membership_id)}
    for there in Membership.objects.filter(person__login__startswith="leaver").order_by("id"):
        start_leaving(olive, there, choices={f"drive.folder:{drive_id.hex}": choice})
    _hear()


def undo(number: int) -> dict[str, Any]:
    """How far the removal came; then Olive brings everybody back."""
    from mazot.tenancy.actions.leaving import undo_leaving
    from mazot.tenancy.models import Leaving

    reached, olive = state(number), _olive()
    for leaving in Leaving.objects.filter(membership__person__login__startswith="leaver").order_by("id"):
        undo_leaving(olive, leaving)
    _hear()
    return reached


def _hear() -> None:
    """Enqueue the jobs here: a worker that dies over the outbox leaves a lease of a minute, longer than a test waits."""
    from mazot.foundation.outbox import hear_all

    hear_all()


def state(_number: int) -> dict[str, Any]:
    """All that a removal may touch, and the files whose content is not in the store."""
    from mazot.foundation.blobs import blobs
    from mazot.products.drive.models import Entry, Revision
    from mazot.products.drive.tests.test_leaving_faults import picture, without_moments

    found = without_moments(picture())
    named = {*Entry.objects.values_list("digest", flat=True), *Revision.objects.values_list("digest", flat=True)}
    lost = {digest for digest in named if digest} - set(blobs().digests())
    kept = {name: found[name] for name in (*SAME, "leavings", "steps", "told")}
    return json.loads(json.dumps(kept | {"lost": sorted(lost)}, default=str))


def _olive() -> Any:
    from mazot.tenancy.models import Person
    from mazot.tenancy.queries.actors import actor_for_person

    return actor_for_person(Person.objects.get(login="olive@people.example"))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django

    django.setup()
    verbs = {"furnish": furnish, "remove": remove, "undo": undo, "state": state}
    json.dump(verbs[sys.argv[1]](int(sys.argv[2])), sys.stdout)
