# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters in a zip: files of letters (.eml), Maildirs, and mboxes; where each was, and how it was marked.

A zip says of itself what it likes: what is read is counted, and neither a letter nor the whole grows without end.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO

from mazot.products.mail.rules.flags import ANSWERED, DELETED, DRAFT, FLAGGED, SEEN
from mazot.products.mail.rules.mboxes import MOST_BYTES, Found, letters_of
from mazot.wire.mime.lines import crlf

MOST_ENTRIES = 500_000
GROWS = 50  # how many times its size a zip may come to
ALWAYS = 1 << 30  # and what is allowed however small it is
FLAGS_OF_MAILDIR = {"S": SEEN, "R": ANSWERED, "F": FLAGGED, "T": DELETED, "D": DRAFT}
_INFO = re.compile(r"[:;!,_]2,([A-Za-z]*)$")
_FIELD = re.compile(rb"(?:From |>From |[!-9;-~]+[ \t]*:)")


class BadArchive(Exception):
    """No zip, or one that is not to be read: the word says why."""


class Bounded:
    """A file inside a zip that counts what is read of all of them."""

    def __init__(self, inner: IO[bytes], left: list[int]) -> None:
        self._inner, self._left = inner, left

    def readline(self, limit: int = -1) -> bytes:
        return self._counted(self._inner.readline(limit))

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._inner.read(size))

    def _counted(self, piece: bytes) -> bytes:
        self._left[0] -= len(piece)
        if self._left[0] < 0:
            raise BadArchive("grows")
        return piece


def kind_of(begin: bytes) -> str:
    """What a file is by its first bytes: "zip", "mbox", "letter"; empty for anything else."""
    if begin.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if begin.lstrip(b"\r\n").startswith(b"From "):
        return "mbox"
    return "letter" if _FIELD.match(begin) else ""


def letters_in(file: IO[bytes], *, size: int) -> Iterator[Found]:
    """The letters of a zip, as they stand in it."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if len(entries) > MOST_ENTRIES:
                raise BadArchive("too_many")
            left = [max(ALWAYS, size * GROWS)]
            for entry in entries:
                yield from _letters_of_entry(archive, entry, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BadArchive("unreadable") from error


def _letters_of_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: list[int]) -> Iterator[Found]:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.parts and (path.parts[0] == "__MACOSX" or path.name.startswith(".")):
        return
    is_maildir = len(path.parts) > 1 and path.parts[-2] in ("cur", "new")
    if not is_maildir and path.suffix.lower() not in (".eml", ".emlx", ".mbox", ".mbx", ".txt", ""):
        return
    with archive.open(entry) as inner:
        file = Bounded(inner, left)
        if path.suffix.lower() in (".mbox", ".mbx"):
            folder = _folder(path.with_suffix("").parts)
            for found in letters_of(file):  # type: ignore[arg-type]
                yield found if found.folder else replace(found, folder=folder)
            return
        content = file.read(MOST_BYTES + 1)
    if not is_maildir and kind_of(content[:200]) != "letter":
        return
    whole = None if len(content) > MOST_BYTES else crlf(content)
    if is_maildir:
        yield Found(whole, None, _flags(path), _folder_of_maildir(path.parts[:-2]))
    else:
        yield Found(whole, None, SEEN, _folder(path.parts[:-1]))


def _flags(path: PurePosixPath) -> int:
    info = _INFO.search(path.name)
    return sum(bit for letter, bit in FLAGS_OF_MAILDIR.items() if info and letter in info[1])


def _folder_of_maildir(parts: tuple[str, ...]) -> str:
    """Of "Maildir/.Sent.2026": Sent/2026; the Maildir itself is the inbox."""
    inner = [part for part in parts if part.startswith(".") and part.strip(".")]
    if inner:
        return "/".join(level for level in inner[-1].split(".") if level)
    return _folder(parts[1:]) or "INBOX"


def _folder(parts: tuple[str, ...]) -> str:
    return "/".join(part.strip() for part in parts if part.strip(" ./"))
