# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real tree against a small one in memory: whatever is done in whatever order, both hold the same.

After each step: names are unique in their folder, the ledger equals the bytes of all versions, log numbers have no
gap, and replaying the log from its start gives the tree.
"""

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from mazot.foundation import quota
from mazot.foundation.errors import Conflict, DomainError, OverQuota, Refused
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.actions.places import copy_entries, move_entries, move_entry, rename_entry
from mazot.products.drive.actions.trash import erase_entries, restore_entries, trash_entries
from mazot.products.drive.models import Change, Entry, Revision, Space, Trashing
from mazot.products.drive.rules.selection import Selection
from mazot.products.drive.tests.conftest import blob
from tests.cast import assemble
from tests.sizes import cases

NAMES = st.sampled_from(["a", "b", "c", "é", "x.txt"])
CONTENTS = st.sampled_from([b"", b"1", b"two", b"three three"])


@dataclass
class Thing:
    """A folder or file of the model: content is none for a folder."""

    content: bytes | None
    inside: dict[str, "Thing"] = field(default_factory=dict)
    above: "Thing | None" = None

    def add(self, name: str, thing: "Thing") -> None:
        self.inside[name] = thing
        thing.above = self

    def name(self) -> str:
        assert self.above is not None
        return next(name for name, thing in self.above.inside.items() if thing is self)

    def take(self) -> None:
        assert self.above is not None
        del self.above.inside[self.name()]
        self.above = None

    def holds(self, other: "Thing | None") -> bool:
        while other is not None:
            if other is self:
                return True
            other = other.above
        return False

    def twin(self) -> "Thing":
        copy = Thing(self.content)
        for name, thing in self.inside.items():
            copy.add(name, thing.twin())
        return copy

    def lives(self, tops: list["Thing"]) -> bool:
        top = self
        while top.above is not None:
            top = top.above
        return any(top is each for each in tops)

    def flat(self, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], bytes | None]:
        found: dict[tuple[str, ...], bytes | None] = {}
        for name, thing in self.inside.items():
            found[(*path, name)] = thing.content
            found |= thing.flat((*path, name))
        return found


@dataclass(eq=False)
class Pair:
    """The same thing on both sides."""

    entry: Entry
    thing: Thing


class DriveMachine(RuleBasedStateMachine):
    folders = Bundle("folders")
    files = Bundle("files")
    trashed = Bundle("trashed")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        cast = assemble()
        self.actor, self.drive = cast.olive, cast.drive
        spaces = [open_own_folder(self.actor, self.drive), open_common_folder(self.actor, self.drive, name="Team")]
        self.spaces = spaces
        self.tops = [Thing(None), Thing(None)]
        self.pairs = {space.root_id: Pair(space.root, top) for space, top in zip(spaces, self.tops, strict=True)}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def usable(self, *pairs: Pair) -> bool:
        return all(pair.thing.lives(self.tops) for pair in pairs)

    def fresh(self, pair: Pair) -> Entry:
        return Entry.objects.select_related("space").get(id=pair.entry.id)

    def top(self, number: int) -> Pair:
        return list(self.pairs.values())[number]

    @rule(target=folders, number=st.sampled_from([0, 1]))
    def a_top(self, number: int) -> Pair:
        return self.top(number)

    @rule(target=folders, parent=folders, name=NAMES)
    def make(self, parent: Pair, name: str):
        if not self.usable(parent):
            return multiple()
        if name in parent.thing.inside:
            with pytest.raises(Conflict):
                make_folder(self.actor, self.fresh(parent), name=name)
            return multiple()
        made = make_folder(self.actor, self.fresh(parent), name=name)
        thing = Thing(None)
        parent.thing.add(name, thing)
        return Pair(made, thing)

    @rule(target=files, parent=folders, name=NAMES, content=CONTENTS)
    def put(self, parent: Pair, name: str, content: bytes):
        if not self.usable(parent):
            return multiple()
        there = parent.thing.inside.get(name)
        if there is not None and there.content is None:
            with pytest.raises(Conflict):
                put_file(self.actor, self.fresh(parent), name=name, blob=blob(content))
            return multiple()
        kept = put_file(self.actor, self.fresh(parent), name=name, blob=blob(content))
        assert kept.is_new == (there is None)
        if there is not None:
            there.content = content
            return multiple()
        thing = Thing(content)
        parent.thing.add(name, thing)
        return Pair(kept.entry, thing)

    @rule(pair=st.one_of(folders, files), into=folders, name=NAMES, replace=st.booleans())
    def move(self, pair: Pair, into: Pair, name: str, replace: bool) -> None:
        if not self.usable(pair, into) or pair.thing.above is None:
            return
        there = into.thing.inside.get(name)
        same = there is pair.thing
        refused = pair.thing.holds(into.thing) and not same
        refused = refused or (there is not None and not same and (not replace or there.holds(pair.thing)))
        try:
            move_entry(
                self.actor,
                self.fresh(pair),
                folder=self.fresh(into),
                name=name,
                on_taken="replace" if replace else "refuse",
            )
        except (Conflict, Refused):
            assert refused
            return
        assert not refused
        if same:
            return
        if there is not None:
            there.take()
        pair.thing.take()
        into.thing.add(name, pair.thing)

    @rule(pair=st.one_of(folders, files), name=NAMES)
    def rename(self, pair: Pair, name: str) -> None:
        if not self.usable(pair) or pair.thing.above is None:
            return
        above = pair.thing.above
        if name in above.inside and above.inside[name] is not pair.thing:
            with pytest.raises(Conflict):
                rename_entry(self.actor, self.fresh(pair), name=name)
            return
        rename_entry(self.actor, self.fresh(pair), name=name)
        pair.thing.take()
        above.add(name, pair.thing)

    @rule(pair=st.one_of(folders, files), into=folders)
    def gather(self, pair: Pair, into: Pair) -> None:
        if not self.usable(pair, into) or pair.thing.above is None:
            return
        stays = pair.thing.above is into.thing
        inside = pair.thing.holds(into.thing)
        try:
            moved = move_entries(
                self.actor, Selection.of(self.fresh(pair)), folder=self.fresh(into), on_taken="keep_both"
            )
        except Refused:
            assert inside
            return
        assert not inside
        assert bool(moved) is not stays
        if moved:
            pair.thing.take()
            into.thing.add(moved[0].name, pair.thing)

    @rule(into=folders, pair=st.one_of(folders, files))
    def copy(self, into: Pair, pair: Pair) -> None:
        if not self.usable(pair, into) or pair.thing.above is None:
            return
        if pair.thing.holds(into.thing):
            with pytest.raises(Refused):
                copy_entries(self.actor, Selection.of(self.fresh(pair)), folder=self.fresh(into))
            return
        [made] = copy_entries(self.actor, Selection.of(self.fresh(pair)), folder=self.fresh(into))
        assert made.name not in into.thing.inside
        into.thing.add(made.name, pair.thing.twin())

    @rule(target=trashed, pair=st.one_of(folders, files))
    def trash(self, pair: Pair):
        if not self.usable(pair) or pair.thing.above is None:
            return multiple()
        trash_entries(self.actor, Selection.of(self.fresh(pair)))
        pair.thing.take()
        return pair

    @rule(pair=consumes(trashed))
    def restore(self, pair: Pair) -> None:
        if not Trashing.objects.filter(entry_id=pair.entry.id).exists():
            return
        [done] = restore_entries(self.actor, Selection.of(self.fresh(pair)))
        folder = self.thing_at(done.folder)
        assert done.entry.name not in folder.inside
        folder.add(done.entry.name, pair.thing)

    @rule(pair=consumes(trashed))
    def erase(self, pair: Pair) -> None:
        if Trashing.objects.filter(entry_id=pair.entry.id).exists():
            erase_entries(self.actor, Selection.of(self.fresh(pair)))

    @rule(parent=folders, name=NAMES)
    def put_too_much(self, parent: Pair, name: str) -> None:
        if not self.usable(parent):
            return
        used, allowed = quota.used_and_allowed(self.drive.id, "drive")
        quota.open_account(self.drive.id, "drive", allowed=used)
        try:
            with pytest.raises((OverQuota, Conflict)) as refusal, transaction.atomic():
                put_file(self.actor, self.fresh(parent), name=name, blob=blob(b"x" * 100), on_taken="replace")
            assert isinstance(refusal.value, DomainError)
        finally:
            quota.open_account(self.drive.id, "drive", allowed=allowed)

    def thing_at(self, folder: Entry) -> Thing:
        way, step = [], folder
        while step.parent_id is not None:
            way.append(step.name)
            step = Entry.objects.get(id=step.parent_id)
        thing = self.pairs[step.id].thing
        for name in reversed(way):
            thing = thing.inside[name]
        return thing

    @invariant()
    def the_trees_are_equal(self) -> None:
        for space, top in zip(self.spaces, self.tops, strict=True):
            rows = {
                e.id: e for e in Entry.objects.filter(space_id=space.id, trashed__isnull=True).exclude(id=space.root_id)
            }
            found = {}
            for entry in rows.values():
                way, step = [entry.name], entry
                while step.parent_id != space.root_id:
                    step = rows[step.parent_id]
                    way.append(step.name)
                path = tuple(reversed(way))
                assert path not in found
                found[path] = None if entry.is_folder else entry.digest
            expected = {path: None if content is None else blob(content).digest for path, content in top.flat().items()}
            assert found == expected

    @invariant()
    def the_ledger_equals_the_bytes(self) -> None:
        total = Revision.objects.filter(entry__instance=self.drive).aggregate(n=Sum("size"))["n"] or 0
        assert quota.used_and_allowed(self.drive.id, "drive")[0] == total

    @invariant()
    def every_file_has_its_current_revision(self) -> None:
        for entry in Entry.objects.filter(instance=self.drive, is_folder=False):
            current = Revision.objects.get(id=entry.version)
            assert (current.digest, current.size, current.entry_id) == (entry.digest, entry.size, entry.id)

    @invariant()
    def the_log_replayed_gives_the_tree(self) -> None:
        for space in self.spaces:
            replayed: dict[object, tuple[object, str]] = {}
            lines = list(Change.objects.filter(space=space).order_by("sequence"))
            assert [line.sequence for line in lines] == list(range(1, len(lines) + 1))
            assert Space.objects.get(id=space.id).sequence == len(lines)
            for line in lines:
                if line.kind == "removed":
                    _forget(replayed, line.entry_id)
                else:
                    replayed[line.entry_id] = (line.parent_id, line.name)
            living = Entry.objects.filter(space=space, trashed__isnull=True).exclude(id=space.root_id)
            assert replayed == {entry.id: (entry.parent_id, entry.name) for entry in living}


def _forget(tree: dict, gone: object) -> None:
    tree.pop(gone, None)
    for child in [identifier for identifier, (parent, _name) in tree.items() if parent == gone]:
        _forget(tree, child)


@pytest.mark.django_db
@pytest.mark.slow
def test_the_real_tree_agrees_with_the_model():
    """Some dozens of runs of up to 25 deeds, each checked after every deed."""
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        DriveMachine,
        settings=settings(
            max_examples=cases(few=10, full=25),
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            phases=(Phase.generate,),  # shrinking a failure takes minutes; run it by hand
            suppress_health_check=list(HealthCheck),
        ),
    )
