# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest

from mazot.foundation.errors import NotFound
from mazot.products.drive import jobs
from mazot.products.drive.actions.files import put_file, restore_revision
from mazot.products.drive.models import Revision
from mazot.products.drive.queries.entries import revisions_of
from mazot.products.drive.tests.conftest import again, blob, used
from mazot.tenancy.models import Plan


def plan(cast, **limits):
    cast.drive.plan = Plan.objects.create(product="drive", key="p", title="P", limits=limits)
    cast.drive.save(update_fields=["plan"])


def test_no_more_versions_are_kept_than_the_plan_says(cast, malik, own):
    plan(cast, revisions=3)
    for n in range(1, 7):
        entry = put_file(malik, own, name="a", blob=blob("x" * n)).entry
    assert [revision.size for revision in revisions_of(malik, entry)] == [6, 5, 4]
    assert entry.number == 6
    assert used(cast.drive) == 15


def test_a_single_version_when_the_plan_says_one(cast, malik, own):
    plan(cast, revisions=1)
    for n in range(1, 5):
        entry = put_file(malik, own, name="a", blob=blob("x" * n)).entry
    assert [revision.size for revision in revisions_of(malik, entry)] == [4]
    assert used(cast.drive) == 4


def test_old_versions_go_after_their_days_and_the_current_one_stays(cast, malik, own, clock):
    put_file(malik, own, name="a", blob=blob("1"))
    put_file(malik, own, name="a", blob=blob("22"))
    clock.advance(timedelta(days=29))
    entry = put_file(malik, own, name="a", blob=blob("333")).entry
    clock.advance(timedelta(days=2))
    assert jobs.prune_revisions() == 3
    assert jobs.prune_revisions() == 0
    assert [revision.size for revision in revisions_of(malik, entry)] == [3]
    clock.advance(timedelta(days=400))
    assert jobs.prune_revisions() == 0
    assert used(cast.drive) == 3


def test_an_earlier_version_becomes_the_current_one_and_nothing_is_lost(cast, malik, own, clock):
    put_file(malik, own, name="a", blob=blob("one"))
    clock.advance(timedelta(seconds=1))
    entry = put_file(malik, own, name="a", blob=blob("three")).entry
    first = revisions_of(malik, entry)[-1]
    done = restore_revision(malik, again(entry), revision=first)
    assert (done.size, done.digest, done.number) == (3, first.digest, 3)
    assert len(revisions_of(malik, entry)) == 3
    assert used(cast.drive) == 11


def test_a_version_of_another_file_is_absent_and_otto_sees_none(malik, own, otto, file):
    one, two = file("one", content="1"), file("two", content="2")
    with pytest.raises(NotFound):
        restore_revision(malik, one, revision=Revision.objects.get(entry=two))
    with pytest.raises(NotFound):
        revisions_of(otto, one)
    with pytest.raises(NotFound):
        restore_revision(otto, one, revision=Revision.objects.get(entry=one))
