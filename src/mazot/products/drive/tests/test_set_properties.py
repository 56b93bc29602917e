# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import UTC, datetime

import pytest

from mazot.foundation.errors import Invalid, Locked, NotFound
from mazot.products.drive.actions.locks import lock_entry
from mazot.products.drive.actions.properties import set_properties
from mazot.products.drive.models import DeadProperty
from mazot.products.drive.tests.conftest import again


def kept(entry):
    return {(p.namespace, p.name): p.xml for p in DeadProperty.objects.filter(entry=entry)}


def test_properties_are_kept_word_for_word_replaced_and_dropped(malik, file):
    entry = file("a")
    set_properties(malik, entry, keep={("urn:x", "p"): "<p a='1'/>", ("", "q"): "<q>é 漢</q>"})
    set_properties(malik, entry, keep={("urn:x", "p"): "<p/>"}, drop=[("", "q"), ("", "unknown")])
    assert kept(entry) == {("urn:x", "p"): "<p/>"}


def test_one_too_many_changes_nothing(malik, file):
    entry = file("a")
    set_properties(malik, entry, keep={("urn:x", "p"): "<p/>"})
    with pytest.raises(Invalid) as one:
        set_properties(malik, entry, keep={("urn:x", "q"): "x" * 65537}, drop=[("urn:x", "p")])
    assert one.value.facts["limit"] == 65536
    with pytest.raises(Invalid):
        set_properties(malik, entry, keep={("urn:x", f"q{n}"): "x" * 60_000 for n in range(20)})
    assert kept(entry) == {("urn:x", "p"): "<p/>"}


def test_a_client_may_set_when_a_file_was_changed(malik, file):
    entry = file("a")
    moment = datetime(2003, 1, 2, tzinfo=UTC)
    set_properties(malik, entry, keep={}, modified_at=moment)
    assert again(entry).modified_at == moment


def test_a_locked_entry_keeps_its_properties(malik, file):
    entry = file("a")
    lock = lock_entry(malik, entry, depth_infinity=False, exclusive=True)
    with pytest.raises(Locked):
        set_properties(malik, entry, keep={("", "p"): "<p/>"})
    set_properties(malik, entry, keep={("", "p"): "<p/>"}, tokens=frozenset({lock.token}))


def test_otto_leaves_nothing_at_mimosa(otto, file):
    with pytest.raises(NotFound):
        set_properties(otto, file("a"), keep={("", "p"): "<p/>"})
