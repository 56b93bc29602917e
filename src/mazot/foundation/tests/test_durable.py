# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is on disk when a deed that promises something comes back."""

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from django.db import connection, transaction

from mazot.foundation import durable
from mazot.foundation.ids import new_id
from mazot.foundation.models import Account

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL commits to disk by itself"),
]


class Disk:
    """What a sudden loss of power would leave: a copy of the database, made whenever its log is synced."""

    def __init__(self, folder: Path) -> None:
        self.image = folder / "image.sqlite3"
        self.synced = 0

    def sync(self, handle: int) -> None:
        log = str(Path(f"/proc/self/fd/{handle}").readlink())
        assert log == f"{connection.settings_dict['NAME']}-wal"
        shutil.copy(connection.settings_dict["NAME"], self.image)
        shutil.copy(log, f"{self.image}-wal")
        self.synced += 1

    def accounts(self) -> int:
        with sqlite3.connect(self.image) as image:
            return image.execute("SELECT count(*) FROM foundation_account").fetchone()[0]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    watched = Disk(tmp_path)
    monkeypatch.setattr(os, "fsync", watched.sync)
    return watched


def promise() -> None:
    with transaction.atomic():
        Account.objects.create(holder_id=new_id(), kind="test")
        durable.sync_after_commit()


def test_what_was_promised_survives_a_loss_of_power(disk: Disk) -> None:
    promise()
    assert (disk.synced, disk.accounts()) == (1, 1)
    promise()
    assert (disk.synced, disk.accounts()) == (2, 2)


def test_what_failed_promises_nothing(disk: Disk) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        durable.sync_after_commit()
        raise RuntimeError
    assert disk.synced == 0


def test_where_sqlite_syncs_by_itself_nobody_does_it_again(disk: Disk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = FULL")
        try:
            promise()
        finally:
            cursor.execute("PRAGMA synchronous = NORMAL")
    assert disk.synced == 0


def test_a_disk_that_fails_is_not_a_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        promise()
