# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two people at the same moment: real threads, real connections, real commits, on whichever database the suite runs."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from mazot.foundation import quota
from mazot.foundation.errors import Conflict, DomainError, NotFound, OverQuota, Refused
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.actions.places import copy_entry, move_entry, rename_entry
from mazot.products.drive.actions.trash import restore_entries, trash_entries
from mazot.products.drive.models import Change, Entry, Revision, Space
from mazot.products.drive.queries.entries import entries_in
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import blob
from tests import together
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Answer what each deed returned, or the domain's own error that it raised."""
    ended = together.at_once(*deeds, starts_within=120, ends_within=120)
    assert [one.error for one in ended if one.error and not isinstance(one.error, DomainError)] == []
    return [one.error or one.answer for one in ended]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return assemble()


@pytest.fixture
def team(cast: Cast) -> Iterator[Entry]:
    space = open_common_folder(cast.olive, cast.drive, name="Team")
    yield space.root
    consistent(cast)


def consistent(cast: Cast) -> None:
    """What holds after any race: every entry hangs on its space's root, the log has no gap, the ledger is right."""
    for space in Space.objects.filter(instance=cast.drive):
        living = {e.id: e.parent_id for e in Entry.objects.filter(space=space, trashed__isnull=True)}
        for identifier in living:
            seen, step = set(), identifier
            while step != space.root_id:
                assert step not in seen, "a folder inside itself"
                seen.add(step)
                step = living[step]
        numbers = list(Change.objects.filter(space=space).order_by("sequence").values_list("sequence", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
    total = sum(Revision.objects.filter(entry__instance=cast.drive).values_list("size", flat=True))
    assert quota.used_and_allowed(cast.drive.id, "drive")[0] == total


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("space").get(id=entry.id)


def test_two_renames_to_one_name_leave_one_winner(cast, team):
    one, two = (put_file(cast.olive, team, name=n, blob=blob(n)).entry for n in ("one", "two"))
    answers = at_once(
        lambda: rename_entry(cast.olive, fresh(one), name="same"),
        lambda: rename_entry(cast.malik, fresh(two), name="same"),
    )
    assert Counter(type(a).__name__ for a in answers) == {"Entry": 1, "Conflict": 1}
    assert {e.name for e in entries_in(cast.olive, team)} in ({"same", "one"}, {"same", "two"})


def test_two_renames_of_one_entry_both_count_in_some_order(cast, team):
    entry = put_file(cast.olive, team, name="first", blob=blob()).entry
    answers = at_once(
        lambda: rename_entry(cast.olive, fresh(entry), name="left"),
        lambda: rename_entry(cast.malik, fresh(entry), name="right"),
    )
    assert all(isinstance(a, Entry) for a in answers)
    assert fresh(entry).name in ("left", "right")


@pytest.mark.parametrize("round_number", range(3))
def test_two_folders_moved_into_each_other_never_leave_the_tree(cast, team, round_number):
    a, b = (make_folder(cast.olive, team, name=n) for n in ("a", "b"))
    answers = at_once(
        lambda: move_entry(cast.olive, fresh(a), folder=fresh(b), name="a"),
        lambda: move_entry(cast.malik, fresh(b), folder=fresh(a), name="b"),
    )
    assert Counter(type(x) for x in answers) == {Entry: 1, Refused: 1}


def test_moves_across_two_spaces_in_both_directions_do_not_deadlock(cast, team):
    own = open_own_folder(cast.malik, cast.drive).root
    mine = [put_file(cast.malik, own, name=f"m{n}", blob=blob(b"m")).entry for n in range(4)]
    ours = [put_file(cast.malik, team, name=f"o{n}", blob=blob(b"o")).entry for n in range(4)]

    def carry(entries: list[Entry], into: Entry) -> Callable[[], object]:
        return lambda: [move_entry(cast.malik, fresh(e), folder=fresh(into), name=e.name) for e in entries]

    answers = at_once(carry(mine, team), carry(ours, own))
    assert not any(isinstance(a, Exception) for a in answers)
    assert [e.name for e in entries_in(cast.malik, own)] == ["o0", "o1", "o2", "o3"]


def test_eight_uploads_of_one_name_make_one_file_with_eight_versions(cast, team):
    contents = [blob(f"content {n}") for n in range(8)]
    answers = at_once(
        *(lambda b=b: put_file(cast.olive, fresh(team), name="notes.md", blob=b) for b in contents),
    )
    assert [a.is_new for a in answers].count(True) == 1
    [entry] = entries_in(cast.olive, team)
    assert entry.number == 8
    assert Revision.objects.filter(entry=entry).count() == 8


def test_the_last_free_bytes_are_given_to_one_of_two(cast, team):
    quota.open_account(cast.drive.id, "drive", allowed=100)
    contents = [blob(b"x" * 60), blob(b"y" * 60)]
    answers = at_once(
        lambda: put_file(cast.olive, fresh(team), name="x", blob=contents[0]),
        lambda: put_file(cast.malik, fresh(team), name="y", blob=contents[1]),
    )
    assert sorted(type(a).__name__ for a in answers) == ["Kept", "OverQuota"]
    assert isinstance(next(a for a in answers if isinstance(a, Exception)), OverQuota)


def test_a_folder_trashed_while_a_file_arrives_holds_it_or_refuses_it(cast, team):
    folder = make_folder(cast.olive, team, name="f")
    content = blob()
    trashed, put = at_once(
        lambda: trash_entries(cast.olive, Selection.of(fresh(folder))),
        lambda: put_file(cast.malik, fresh(folder), name="late", blob=content),
    )
    assert not isinstance(trashed, Exception)
    if isinstance(put, Exception):
        assert isinstance(put, NotFound)
    else:
        assert Entry.objects.get(id=put.entry.id).trashed_id is not None


def test_one_deletion_restored_twice_comes_back_once(cast, team):
    entry = put_file(cast.olive, team, name="x", blob=blob()).entry
    trash_entries(cast.olive, Selection.of(fresh(entry)))
    answers = at_once(
        lambda: restore_entries(cast.olive, Selection.of(fresh(entry))),
        lambda: restore_entries(cast.malik, Selection.of(fresh(entry))),
    )
    assert Counter(type(a).__name__ for a in answers) == {"list": 1, "NotFound": 1}


def test_a_copy_taken_while_its_source_moves_is_whole(cast, team):
    source = make_folder(cast.olive, team, name="source")
    for n in range(5):
        put_file(cast.olive, source, name=str(n), blob=blob(b"1"))
    other = make_folder(cast.olive, team, name="other")
    copied, moved = at_once(
        lambda: copy_entry(cast.olive, fresh(source), folder=fresh(team), name="copy"),
        lambda: move_entry(cast.malik, fresh(source), folder=fresh(other), name="moved"),
    )
    assert not isinstance(moved, Exception)
    assert len(entries_in(cast.olive, copied)) == 5


def test_one_own_folder_is_made_by_ten_first_requests(cast, transactional_db):
    answers = at_once(*(lambda: open_own_folder(cast.malik, cast.drive) for _ in range(10)))
    assert len({space.id for space in answers}) == 1


def test_one_organization_folder_has_a_name(cast, transactional_db):
    answers = at_once(*(lambda: open_common_folder(cast.olive, cast.drive, name="Same") for _ in range(2)))
    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "Space"]
    assert isinstance(next(a for a in answers if isinstance(a, Exception)), Conflict)
