# SPDX-License-Identifier: AGPL-3.0-or-later
"""A zip made while it is sent: zipfile writes to a stream that cannot be sought, with zip64 and UTF-8 names."""

import zipfile
from collections.abc import Iterable, Iterator

from mazot.foundation.blobs import blobs
from mazot.foundation.delivery import ArchiveEntry

PIECE = 256 * 1024
ZIP64_ABOVE = 2**31 - 2**26  # deflate may make a file a little bigger than it was

# Packing these again costs time and gains nothing.
PACKED: tuple[str, ...] = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".zip", ".gz", ".7z", ".xz", ".br")
PACKED += (".mp3", ".m4a", ".ogg", ".opus", ".mp4", ".mov", ".mkv", ".webm", ".pdf")
PACKED += (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp")


class Sink(bytearray):
    """Where zipfile writes; it has no `tell`, which makes zipfile put sizes behind the contents."""

    def write(self, piece: bytes) -> int:
        self += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here: the pieces are taken out between two writes."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = bytes(self)
        self.clear()
        return taken


def zipped(entries: Iterable[ArchiveEntry]) -> Iterator[bytes]:
    """The archive's bytes, whatever the number and size of its files, holding one piece of one of them."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", strict_timestamps=False) as archive:
        for entry in entries:
            if entry.digest is None:
                archive.writestr(_told(entry), b"")
            else:
                yield from _pack(archive, entry, sink)
    yield sink.take()


def _pack(archive: zipfile.ZipFile, entry: ArchiveEntry, sink: Sink) -> Iterator[bytes]:
    assert entry.digest is not None
    with (
        blobs().open(entry.digest) as content,
        archive.open(_told(entry), "w", force_zip64=entry.size > ZIP64_ABOVE) as packed,
    ):
        while piece := content.read(PIECE):
            packed.write(piece)
            if len(sink) >= PIECE:
                yield sink.take()


def _told(entry: ArchiveEntry) -> zipfile.ZipInfo:
    """What the archive says of an entry. A zip knows no zone: the time in it is UTC."""
    parts = entry.path.split("/")
    if not entry.path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{entry.path!r} is no path inside an archive")
    at = entry.modified_at
    moment = at.timetuple()[:6] if at is not None and 1980 <= at.year <= 2107 else (1980, 1, 1, 0, 0, 0)
    told = zipfile.ZipInfo(entry.path + ("/" if entry.digest is None else ""), moment)
    told.external_attr = (0o40755 << 16 | 0x10) if entry.digest is None else 0o100644 << 16
    told.compress_type = zipfile.ZIP_STORED if entry.path.lower().endswith(PACKED) else zipfile.ZIP_DEFLATED
    return told
