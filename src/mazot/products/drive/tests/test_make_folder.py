# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.exchange.facts.drive import EntryAdded
from mazot.foundation.errors import Conflict, Invalid, NotFound
from mazot.products.drive.actions.files import make_folder
from mazot.products.drive.rules.limits import MAX_DEPTH
from mazot.products.drive.tests.conftest import told


def test_a_folder_is_made_and_told(malik, own):
    made = make_folder(malik, own, name="Contrats")
    assert (made.is_folder, made.parent_id, made.space_id) == (True, own.id, own.space_id)
    assert [fact["entry_id"] for fact in told(EntryAdded)] == [str(made.id)]


def test_a_taken_name_is_refused_reused_or_numbered(malik, own, file):
    first = make_folder(malik, own, name="x")
    with pytest.raises(Conflict):
        make_folder(malik, own, name="x")
    assert make_folder(malik, own, name="x", on_taken="reuse").id == first.id
    assert make_folder(malik, own, name="x", on_taken="keep_both").name == "x (2)"
    file("f")
    with pytest.raises(Conflict):
        make_folder(malik, own, name="f", on_taken="reuse")


def test_folders_go_a_hundred_levels_deep_and_no_deeper(malik, own):
    folder = own
    for _ in range(MAX_DEPTH):
        folder = make_folder(malik, folder, name="d")
    with pytest.raises(Invalid) as refusal:
        make_folder(malik, folder, name="d")
    assert refusal.value.reason == "too_deep"
    assert "100" in str(refusal.value.sentence)


def test_otto_makes_no_folder_at_mimosa(otto, own):
    with pytest.raises(NotFound):
        make_folder(otto, own, name="x")
