# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's files when they leave, and how they come back."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.products.drive.actions import leaving as deeds
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.actions.locks import lock_entry
from mazot.products.drive.actions.places import move_entries, rename_entry
from mazot.products.drive.actions.trash import erase_entries, purge_trash, restore_entries, trash_entries
from mazot.products.drive.actions.uploads import start_upload
from mazot.products.drive.models import Entry, Lock, Revision, Space, Upload
from mazot.products.drive.queries.entries import entry_at
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import again, blob, used
from mazot.tenancy.actions.grants import take_rights
from mazot.tenancy.actions.leaving import leave_organization, name_receiver, start_leaving, undo_leaving
from mazot.tenancy.actor import Actor
from mazot.tenancy.jobs import carry_on, finish
from mazot.tenancy.models import Grant, Leaving, Membership


@pytest.fixture
def membership(cast):
    return Membership.objects.get(organization=cast.mimosa, person=cast.people.malik)


@pytest.fixture
def key(cast):
    return f"drive.folder:{cast.drive.id.hex}"


def of(cast, name):
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


@pytest.fixture
def remove(olive, membership, key):
    """Remove Malik, with a fate for his folder, and carry it out."""

    def do(**choice):
        leaving = start_leaving(olive, membership, choices={key: choice})
        carry_on(leaving.id)
        leaving.refresh_from_db()
        return leaving

    return do


def undone(actor, leaving):
    undo_leaving(actor, leaving)
    carry_on(leaving.id)
    leaving.refresh_from_db()
    return leaving


def over(leaving):
    CLOCK.advance(timedelta(days=31))
    finish(leaving.id)
    leaving.refresh_from_db()
    return leaving


@pytest.fixture
def hers(cast, olive):
    return open_own_folder(olive, cast.drive).root


def test_the_receiver_gets_a_folder_named_after_the_leaver(cast, olive, remove, folder, file, hers):
    file("a", folder("f"), "12345")
    assert remove(fate="hand_over", receiver=str(of(cast, "olive").id)).state == "gone"
    assert entry_at(olive, hers, ["From Malik Diallo", "f", "a"]).size == 5
    assert used(cast.drive) == 5


def test_a_second_folder_of_that_name_gets_a_free_one(cast, olive, remove, file, hers):
    put_file(olive, hers, name="From Malik Diallo", blob=blob())
    file("a")
    remove(fate="hand_over", receiver=str(of(cast, "olive").id))
    assert entry_at(olive, hers, ["From Malik Diallo (2)", "a"])


def test_the_files_can_go_to_an_organization_folder(cast, adam, remove, file, common):
    file("a")
    remove(fate="organization_folder", place=str(common.id))
    assert entry_at(adam, common.root, ["From Malik Diallo", "a"])


def test_undoing_brings_exactly_those_entries_back(cast, olive, malik, remove, folder, file, own, hers):
    inside = file("a", folder("f"), "12345")
    put_file(malik, again(inside).parent, name="a", blob=blob("67890"), on_taken="replace")
    thrown = file("old")
    trash_entries(malik, Selection.of(thrown))
    hidden = again(thrown).trashed_id
    leaving = remove(fate="hand_over", receiver=str(of(cast, "olive").id))
    top = entry_at(olive, hers, ["From Malik Diallo"])
    added = put_file(olive, top, name="hers", blob=blob()).entry
    put_file(olive, entry_at(olive, top, ["f"]), name="a", blob=blob("changed"), on_taken="replace")
    assert undone(olive, leaving).state == "back"
    assert entry_at(malik, own, ["f", "a"]).id == inside.id
    assert again(inside).size == len("changed")
    assert Revision.objects.filter(entry=inside).count() == 3
    assert again(thrown).trashed_id == hidden
    restore_entries(malik, Selection.of(again(thrown)))
    assert again(added).parent_id == top.id
    result = leaving.steps.get(key__startswith="drive.folder").record["result"]
    assert (result["back"], result["of"], result["stayed"]) == (2, 2, [])


def test_an_empty_hand_over_folder_goes_with_the_undoing(cast, olive, remove, file, own, hers):
    file("a")
    undone(olive, remove(fate="hand_over", receiver=str(of(cast, "olive").id)))
    assert not Entry.objects.filter(parent=hers).exists()


def test_what_the_receiver_passed_on_or_erased_is_told_and_not_taken(
    cast, olive, remove, folder, file, own, hers, common
):
    file("passed on")
    erased, kept, thrown = file("erased"), file("kept"), file("thrown")
    leaving = remove(fate="hand_over", receiver=str(of(cast, "olive").id))
    move_entries(olive, Selection.of(Entry.objects.get(name="passed on")), folder=common.root)
    trash_entries(olive, Selection.of(again(erased), again(thrown)))
    erase_entries(olive, Selection.of(again(erased)))
    rename_entry(olive, again(kept), name="renamed")
    undone(olive, leaving)
    assert set(Entry.objects.filter(parent=own, trashed=None).values_list("name", flat=True)) == {"renamed", "thrown"}
    assert Entry.objects.get(name="passed on").parent_id == common.root_id
    result = leaving.steps.get(key__startswith="drive.folder").record["result"]
    assert (result["back"], result["of"], result["stayed"]) == (2, 4, ["passed on"])


def test_a_trashed_hand_over_folder_comes_back_out_of_the_trash(cast, olive, remove, file, own, hers):
    entry = file("a")
    leaving = remove(fate="hand_over", receiver=str(of(cast, "olive").id))
    trash_entries(olive, Selection.of(again(entry).parent))
    undone(olive, leaving)
    assert again(entry).parent_id == own.id
    assert again(entry).trashed_id is None


def test_deleting_hides_for_thirty_days_and_then_erases(cast, olive, remove, file, own, common, malik):
    entry, shared = file("a", content="12345"), file("plan", common.root)
    trash_entries(malik, Selection.of(file("old")))
    leaving = remove(fate="delete")
    assert again(entry).parent_id == own.id
    assert again(shared).changed_by_id == cast.people.malik.id
    CLOCK.advance(timedelta(days=29, hours=12))
    finish(leaving.id)
    purge_trash(Actor.system(cast.mimosa.id, because="a test"), cast.drive)
    assert Entry.objects.filter(name="old").exists()
    assert over(leaving).state == "final"
    assert not Entry.objects.filter(name__in=["a", "old"]).exists()
    assert not Space.objects.filter(person=cast.people.malik).exists()
    assert again(shared).changed_by is None
    assert Revision.objects.get(entry=shared).by is None
    assert used(cast.drive) == shared.size
    finish(leaving.id)
    with pytest.raises(Refused) as refusal:
        undo_leaving(olive, leaving)
    assert refusal.value.reason == "too_late"


def test_undoing_a_deletion_finds_everything_where_it_was(cast, olive, remove, file, own):
    entry = file("a")
    before = list(Entry.objects.order_by("id").values())
    undone(olive, remove(fate="delete"))
    assert list(Entry.objects.order_by("id").values()) == before
    assert again(entry).changed_by_id == cast.people.malik.id


def test_a_hand_over_that_cannot_work_is_refused_before_the_start(cast, olive, membership, key, folder, own):
    inside = None
    for level in range(99):
        inside = folder(f"level {level}", inside)
    folder("the last one", inside)
    with pytest.raises(Refused) as refusal:
        start_leaving(olive, membership, choices={key: {"fate": "hand_over", "receiver": str(of(cast, "olive").id)}})
    assert refusal.value.reason == "too_deep"
    assert "101" in str(refusal.value.sentence)
    membership.refresh_from_db()
    assert membership.removed_at is None


@pytest.mark.parametrize("name", ["malik", "basil", "otto", "nobody"])
def test_a_receiver_is_another_member_who_opens_the_drive(cast, olive, membership, key, file, name):
    file("a")
    wrong = (
        "no id" if name == "nobody" else str(Membership.objects.filter(person=getattr(cast.people, name)).first().id)
    )
    with pytest.raises(Refused) as refusal:
        start_leaving(olive, membership, choices={key: {"fate": "hand_over", "receiver": wrong}})
    assert refusal.value.reason == "wrong_receiver"


def test_a_step_whose_receiver_is_gone_waits_and_loses_nothing(cast, olive, membership, key, file, own):
    entry = file("a")
    choice = {"fate": "hand_over", "receiver": str(of(cast, "gaia").id)}
    leaving = start_leaving(olive, membership, choices={key: choice})
    grant = Grant.objects.get(membership=of(cast, "gaia"))
    take_rights(olive, grant)
    carry_on(leaving.id)
    leaving.refresh_from_db()
    step = leaving.steps.get(key=key)
    assert (leaving.state, step.done_at) == ("going", None)
    assert "another member" in step.record["waits"]
    assert again(entry).parent_id == own.id
    grant.save(force_insert=True)
    carry_on(leaving.id)
    leaving.refresh_from_db()
    assert leaving.state == "gone"
    assert again(entry).parent_id != own.id


@pytest.fixture
def waiting(cast, olive, membership, key, file):
    """A removal that waits: Gaia, who was to take the file over, reaches the drive no more."""
    file("a")
    leaving = start_leaving(
        olive, membership, choices={key: {"fate": "hand_over", "receiver": str(of(cast, "gaia").id)}}
    )
    take_rights(olive, Grant.objects.get(membership=of(cast, "gaia")))
    carry_on(leaving.id)
    leaving.refresh_from_db()
    return leaving


def test_a_step_that_waits_gets_another_receiver(cast, adam, waiting, key, membership):
    choice = {"fate": "hand_over", "receiver": str(adam.membership_id)}
    leaving = name_receiver(adam, waiting, key=key, choice=choice)
    assert leaving.choices[key] == choice
    assert "waits" not in leaving.steps.get(key=key).record
    carry_on(leaving.id)
    leaving.refresh_from_db()
    assert leaving.state == "gone"
    assert Entry.objects.get(name="a").space.person_id == adam.person_id
    with pytest.raises(Conflict):
        name_receiver(adam, leaving, key=key, choice=choice)
    assert undone(adam, leaving).state == "back"
    assert Entry.objects.get(name="a").space.person_id == membership.person_id


def test_only_who_can_take_it_is_named_and_nothing_is_deleted_instead(cast, olive, malik, otto, waiting, key):
    them = str(of(cast, "gaia").id)
    for choice in ({"fate": "hand_over", "receiver": them}, {"fate": "hand_over"}, {"fate": "delete"}, {}):
        with pytest.raises((Invalid, Refused)):
            name_receiver(olive, waiting, key=key, choice=choice)
    good = {"fate": "hand_over", "receiver": str(olive.membership_id)}
    with pytest.raises(Conflict):
        name_receiver(olive, waiting, key="drive.traces", choice=good)
    with pytest.raises(NotAllowed):
        name_receiver(malik, waiting, key=key, choice=good)
    with pytest.raises(NotFound):
        name_receiver(otto, waiting, key=key, choice=good)
    waiting.refresh_from_db()
    assert waiting.choices[key]["receiver"] == them


def test_an_undoing_waits_for_a_file_that_is_open_elsewhere(cast, olive, remove, file, own):
    entry = file("a")
    leaving = remove(fate="hand_over", receiver=str(of(cast, "olive").id))
    lock = lock_entry(olive, again(entry), depth_infinity=False, exclusive=True)
    assert undone(olive, leaving).state == "coming_back"
    assert "Olive" in leaving.steps.get(key__startswith="drive.folder").record["waits"]
    lock.delete()
    carry_on(leaving.id)
    leaving.refresh_from_db()
    assert leaving.state == "back"
    assert again(entry).parent_id == own.id


def test_an_undoing_during_the_removal_wins(cast, olive, membership, key, file, own):
    entry = file("a")
    leaving = start_leaving(
        olive, membership, choices={key: {"fate": "hand_over", "receiver": str(of(cast, "olive").id)}}
    )
    assert undone(olive, leaving).state == "back"
    carry_on(leaving.id)
    assert again(entry).parent_id == own.id


def test_locks_go_at_once_and_uploads_at_the_end(cast, olive, malik, remove, common, file, own):
    lock_entry(malik, file("plan", common.root), depth_infinity=False, exclusive=True)
    start_upload(malik, common.root, name="a", size=1)
    file("mine")
    leaving = remove(fate="delete")
    assert (Lock.objects.count(), Upload.objects.count()) == (0, 1)
    over(leaving)
    assert Upload.objects.count() == 0


def test_a_person_without_files_is_not_asked_about(cast, olive, membership, own):
    steps = start_leaving(olive, membership).steps.filter(key__startswith="drive.")
    assert list(steps.values_list("key", flat=True)) == ["drive.traces"]


def test_each_deed_called_twice_is_as_good_as_once(cast, olive, membership, key, file, folder, own, hers):
    file("a", folder("f"))
    told = {"key": key, "choice": {"fate": "hand_over", "receiver": str(of(cast, "olive").id)}}
    record = deeds.hand_over_folder(olive, membership, record={}, **told)
    assert deeds.hand_over_folder(olive, membership, record=record, **told) == record
    assert Entry.objects.filter(parent=hers).count() == 1
    first = deeds.bring_folder_back(olive, membership, record=record, **told)
    before = list(Entry.objects.order_by("id").values())
    assert deeds.bring_folder_back(olive, membership, record=record, **told) == first
    assert list(Entry.objects.order_by("id").values()) == before
    for _ in range(2):
        deeds.forget_person(olive, membership, record={}, key="drive.traces", choice={})
    assert not Space.objects.filter(person=cast.people.malik).exists()
    assert used(cast.drive) == 0


def test_a_choice_that_does_not_exist_is_refused_whole(olive, membership, key, file):
    file("a")
    with pytest.raises(Invalid):
        start_leaving(olive, membership, choices={key: {"fate": "burn"}})
    membership.refresh_from_db()
    assert membership.removed_at is None
    assert not Leaving.objects.filter(membership=membership).exists()


def test_whoever_leaves_by_oneself_loses_nothing(cast, malik, file):
    file("a")
    (choice,) = leave_organization(malik, cast.mimosa).choices.values()
    assert choice == {"fate": "hand_over", "receiver": str(of(cast, "olive").id)}


def test_only_who_manages_people_does_this(malik, otto, membership, key):
    told = {"key": key, "choice": {"fate": "delete"}, "record": {}}
    for deed in (
        deeds.hand_over_folder,
        deeds.bring_folder_back,
        deeds.keep_folder_as_it_is,
        deeds.release_locks,
        deeds.keep_names,
        deeds.forget_person,
    ):
        with pytest.raises(NotAllowed):
            deed(malik, membership, **told)
        with pytest.raises(NotFound):
            deed(otto, membership, **told)
