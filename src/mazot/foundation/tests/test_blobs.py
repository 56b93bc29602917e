# SPDX-License-Identifier: AGPL-3.0-or-later
import errno
import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest

from mazot.foundation.blobs import BlobStore
from mazot.foundation.errors import NoSpace


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def age(path: Path, by: timedelta) -> None:
    then = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (then, then))


def test_a_content_is_found_under_its_sha256(store):
    blob = store.put(b"larch")

    assert blob.digest == hashlib.sha256(b"larch").hexdigest()
    assert (store.read(blob.digest), blob.size) == (b"larch", 5)


def test_equal_contents_are_kept_once(store):
    store.put(b"larch")
    store.put(b"larch")

    assert len(list(store.digests())) == 1
    assert list(store.incoming.iterdir()) == []


def test_nothing_is_visible_before_it_is_finished(store):
    with store.writer() as writer:
        writer.write(b"half a fi")
        assert list(store.digests()) == []


def test_a_writer_left_without_finish_leaves_no_trace(store):
    with pytest.raises(RuntimeError), store.writer() as writer:
        writer.write(b"half a fi")
        raise RuntimeError("the client went away")

    assert list(store.incoming.iterdir()) == []


def test_the_sweep_keeps_what_is_in_use_and_what_is_young(store):
    used, young, old = store.put(b"used"), store.put(b"young"), store.put(b"old")
    for blob in (used, old):
        age(store.path_of(blob.digest), timedelta(days=3))

    assert store.sweep([used.digest]) == 1
    assert sorted(store.digests()) == sorted([used.digest, young.digest])
    assert old.digest not in store.digests()


def test_the_sweep_removes_torn_uploads_after_the_grace(store):
    torn = store.incoming / "torn.part"
    torn.write_bytes(b"half")
    assert store.sweep([]) == 0

    age(torn, timedelta(days=3))
    assert store.sweep([]) == 1


def test_a_content_written_again_is_safe_from_the_sweep(store):
    blob = store.put(b"came back")
    age(store.path_of(blob.digest), timedelta(days=3))

    store.put(b"came back")

    assert store.sweep([]) == 0


def test_a_full_disk_is_told_and_leaves_nothing(store, monkeypatch):
    writer = store.writer()

    class Full:
        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            pass

    writer._file.close()
    writer._file = Full()
    with pytest.raises(NoSpace), writer:
        writer.write(b"anything")

    assert list(store.incoming.iterdir()) == []
