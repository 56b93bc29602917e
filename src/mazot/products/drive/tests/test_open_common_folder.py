# SPDX-License-Identifier: AGPL-3.0-or-later
"""The drive itself: its account, people's own folders, the organization's folders."""

import pytest

from mazot.exchange.facts.drive import CommonFolderClosed, CommonFolderOpened, CommonFolderRenamed
from mazot.foundation import quota
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.products.drive.actions.drives import (
    close_common_folder,
    open_common_folder,
    open_drive,
    open_own_folder,
    rename_common_folder,
)
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.actions.trash import empty_trash, trash_entries
from mazot.products.drive.models import Space
from mazot.products.drive.queries.spaces import space_for, spaces_for
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import blob, told
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Plan


def test_a_new_drive_has_the_room_its_plan_says(cast, olive):
    assert quota.used_and_allowed(cast.drive.id, "drive") == (0, None)
    cast.drive.plan = Plan.objects.create(product="drive", key="s", title="S", limits={"storage_bytes": 1000})
    open_drive(olive, cast.drive)
    assert quota.used_and_allowed(cast.drive.id, "drive") == (0, 1000)


def test_an_own_folder_is_made_once_and_is_private(cast, malik, olive, otto, gaia):
    space = open_own_folder(malik, cast.drive)
    assert open_own_folder(malik, cast.drive).id == space.id
    assert [found.id for found in spaces_for(malik, cast.drive)] == [space.id]
    for other in (olive, gaia):
        assert space.id not in [found.id for found in spaces_for(other, cast.drive)]
        with pytest.raises(NotFound):
            space_for(other, space.id)
    with pytest.raises(NotFound):
        open_own_folder(otto, cast.drive)
    with pytest.raises(Refused):
        open_own_folder(Actor.system(cast.mimosa.id, because="a test"), cast.drive)


def test_an_organization_folder_is_for_everyone_but_externals(cast, olive, malik, gaia):
    space = open_common_folder(olive, cast.drive, name="Presse")
    assert [found.name for found in spaces_for(malik, cast.drive)] == ["Presse"]
    assert list(spaces_for(gaia, cast.drive)) == []
    assert space_for(malik, space.id).root.is_folder
    assert [fact["name"] for fact in told(CommonFolderOpened)] == ["Presse"]


def test_its_name_is_unique_and_follows_the_rules(cast, olive):
    space = open_common_folder(olive, cast.drive, name="Presse")
    open_common_folder(olive, cast.drive, name="Contrats")
    with pytest.raises(Conflict):
        open_common_folder(olive, cast.drive, name="Presse")
    with pytest.raises(Conflict):
        rename_common_folder(olive, space, name="Contrats")
    with pytest.raises(Invalid):
        rename_common_folder(olive, space, name="a/b")
    rename_common_folder(olive, space, name="Médias")
    assert [fact["old_name"] for fact in told(CommonFolderRenamed)] == ["Presse"]


def test_only_an_empty_one_is_closed(cast, olive):
    space = open_common_folder(olive, cast.drive, name="Presse")
    entry = put_file(olive, space.root, name="a", blob=blob()).entry
    with pytest.raises(Conflict):
        close_common_folder(olive, space)
    trash_entries(olive, Selection.of(entry))
    with pytest.raises(Conflict):
        close_common_folder(olive, space)
    empty_trash(olive, cast.drive)
    close_common_folder(olive, space)
    assert Space.objects.count() == 0
    assert [fact["name"] for fact in told(CommonFolderClosed)] == ["Presse"]


def test_who_does_not_manage_the_drive_changes_none_of_it(cast, olive, malik, gaia, otto):
    space = open_common_folder(olive, cast.drive, name="Presse")
    for actor, error in ((malik, NotAllowed), (gaia, NotAllowed), (otto, NotFound)):
        for deed in (
            lambda a=actor: open_drive(a, cast.drive),
            lambda a=actor: open_common_folder(a, cast.drive, name="x"),
            lambda a=actor: rename_common_folder(a, space, name="x"),
            lambda a=actor: close_common_folder(a, space),
        ):
            with pytest.raises(error):
                deed()
