# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contents by their SHA-256, as files: on disk before any row names them, and never changed afterwards.

A blob lives at `blobs/ab/abcd…`. It is written as a temporary file in the same volume, synced, and renamed, so a
name that exists is whole. Nothing counts references: `sweep` asks the products which digests are in use and removes
what is neither used nor younger than the grace.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, NoSpace
from mazot.foundation.ids import new_id

# A reader may still be streaming, and a writer may be about to name what it has just found: both are far under a day.
GRACE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Blob:
    """A content that is safely on disk: hexadecimal SHA-256, size in bytes."""

    digest: str
    size: int


class BlobWriter:
    """One content on its way to disk; `finish` makes it durable, leaving without it removes every trace."""

    def __init__(self, store: "BlobStore") -> None:
        self.store = store
        self.path = store.incoming / f"{new_id().hex}.part"
        self.size = 0
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        with room_on_disk():
            self._file = self.path.open("xb", buffering=0)

    def write(self, chunk: bytes | memoryview) -> None:
        if self._file is None:
            raise ValueError("this blob is finished or discarded")
        with room_on_disk():
            view = memoryview(chunk)
            while view:
                view = view[self._file.write(view) :]
        self._hash.update(chunk)
        self.size += len(chunk)

    def finish(self) -> Blob:
        """Sync the bytes and give them their name; the caller may commit a row that names them."""
        if self._file is None:
            raise ValueError("this blob is finished or discarded")
        blob = Blob(self._hash.hexdigest(), self.size)
        with room_on_disk():
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            self.store.adopt(self.path, blob.digest)
        return blob

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self.discard()


class BlobStore:
    """Content-addressed files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._base = str(root)
        self.incoming = root / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self._incoming = str(self.incoming)
        self._known_folders: set[str] = set()

    def writer(self) -> BlobWriter:
        return BlobWriter(self)

    def put(self, content: bytes) -> Blob:
        """Keep a small content at once: what a writer does, in fewer calls, because this is most of all uploads."""
        blob = Blob(hashlib.sha256(content).hexdigest(), len(content))
        temporary = f"{self._incoming}/{new_id().hex}.part"
        with room_on_disk():
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            try:
                try:
                    view = memoryview(content)
                    while view:
                        view = view[os.write(handle, view) :]
                    os.fsync(handle)
                finally:
                    os.close(handle)
                self.adopt(temporary, blob.digest)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    Path(temporary).unlink()
                raise
        return blob

    def keep_copy_of(self, path: Path, *, size: int) -> Blob:
        """Keep the bytes of a finished upload; the file stays, for the caller to remove once its row has committed."""
        temporary = self.incoming / f"{new_id().hex}.part"
        os.link(path, temporary)
        try:
            with temporary.open("rb") as file, room_on_disk():
                if os.fstat(file.fileno()).st_size != size:
                    raise Conflict("incomplete", "The file is not complete yet.")
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                os.fsync(file.fileno())
                self.adopt(temporary, digest)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return Blob(digest, size)

    def name_of(self, digest: str) -> str:
        """Where a content lies, for whoever opens hundreds: a Path for each costs more than the reading."""
        return f"{self._base}/{digest[:2]}/{digest}"

    def path_of(self, digest: str) -> Path:
        return Path(self.name_of(digest))

    def open(self, digest: str) -> BinaryIO:
        return self.path_of(digest).open("rb")

    def read(self, digest: str) -> bytes:
        return self.path_of(digest).read_bytes()

    def adopt(self, temporary: str | Path, digest: str) -> None:
        """Give a synced temporary file its final name; an equal content that is there already serves as well."""
        folder = f"{self._base}/{digest[:2]}"
        final = f"{folder}/{digest}"
        if folder not in self._known_folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            _sync_folder(self._base)
            self._known_folders.add(folder)
        try:
            # A fresh time keeps the sweep away until the row that names it has committed.
            os.utime(final)
        except FileNotFoundError:
            os.replace(temporary, final)  # noqa: PTH105 - a Path for each content costs more than the call
        else:
            os.unlink(temporary)  # noqa: PTH108
        _sync_folder(folder)  # also of a name that was there: whoever gave it may not have come so far

    def digests(self) -> Iterator[str]:
        for path in self.root.glob("??/*"):
            yield path.name

    def sweep(self, in_use: Iterable[str], *, grace: timedelta = GRACE) -> int:
        """Remove contents nobody names and torn uploads, once they are older than the grace; answer how many."""
        oldest_kept = clock.now().timestamp() - grace.total_seconds()
        used = set(in_use)
        removed = 0
        for path in [*self.root.glob("??/*"), *self.incoming.glob("*.part")]:
            if path.name in used:
                continue
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest_kept:
                    path.unlink()
                    removed += 1
        return removed


@contextlib.contextmanager
def room_on_disk() -> Iterator[None]:
    """Tell a full disk as the domain error it is."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace("no_space", "There is no room left on the server's disk.") from error
        raise


def _sync_folder(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_stores: dict[int, tuple[object, BlobStore]] = {}


def blobs() -> BlobStore:
    """The store of this server."""
    from django.conf import settings

    mazot = settings.MAZOT
    # By the identity of the configuration, which is kept beside it: this is asked several times in every request.
    found = _stores.get(id(mazot))
    if found is None:
        found = _stores[id(mazot)] = (mazot, BlobStore(Path(mazot.blobs)))
    return found[1]
