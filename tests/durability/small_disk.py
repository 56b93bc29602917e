# SPDX-License-Identifier: AGPL-3.0-or-later
"""A disk of a few megabytes in memory, which a test fills to the last byte and makes room on again."""

import contextlib
import errno
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MEGABYTE = 1 << 20


@dataclass
class SmallDisk:
    """Where it is mounted; what takes its room lies in one file."""

    root: Path

    @property
    def filler(self) -> Path:
        return self.root / "filler"

    def fill(self) -> None:
        """Leave no byte. SQLite's log gives its room back first, or commits would fit into what it keeps."""
        with contextlib.closing(sqlite3.connect(self.root / "mazot.sqlite3", timeout=20)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        with self.filler.open("ab", buffering=0) as file:
            for size in (MEGABYTE, 4096, 512, 1):
                self._write(file.fileno(), b"x" * size)

    def _write(self, handle: int, piece: bytes) -> None:
        try:
            while os.write(handle, piece) == len(piece):
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise

    def make_room(self) -> None:
        self.filler.unlink(missing_ok=True)


@contextlib.contextmanager
def small_disk(root: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mount one; tests that may not are left out."""
    root.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,nr_inodes=20000", "mazot", str(root)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield SmallDisk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
