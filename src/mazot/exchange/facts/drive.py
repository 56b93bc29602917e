# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens in Drive, as others hear it."""

from dataclasses import dataclass
from uuid import UUID

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class EntryFact(Fact):
    """Something happened to an entry; `folder_id` is where it shows now (or showed, when it is gone)."""

    product = "drive"

    entry_id: UUID
    folder_id: UUID
    space_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class EntryAdded(EntryFact):
    """A file or folder is new in a folder."""


@dataclass(frozen=True, slots=True)
class EntryRewritten(EntryFact):
    """A file has a new content."""


@dataclass(frozen=True, slots=True)
class EntryMoved(EntryFact):
    """An entry has a new place or a new name."""

    from_folder_id: UUID
    old_name: str


@dataclass(frozen=True, slots=True)
class EntryCopied(EntryFact):
    """An entry was copied; the fact is about the copy."""

    source_id: UUID


@dataclass(frozen=True, slots=True)
class EntryTrashed(EntryFact):
    """An entry went to the trash."""


@dataclass(frozen=True, slots=True)
class EntryRestored(EntryFact):
    """An entry came back from the trash."""


@dataclass(frozen=True, slots=True)
class EntryErased(EntryFact):
    """An entry and its contents are gone for good."""


@dataclass(frozen=True, slots=True)
class CommonFolderOpened(Fact):
    """An organization folder exists."""

    product = "drive"

    space_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class CommonFolderRenamed(Fact):
    """An organization folder has another name."""

    product = "drive"

    space_id: UUID
    name: str
    old_name: str


@dataclass(frozen=True, slots=True)
class CommonFolderClosed(Fact):
    """An organization folder is gone; it was empty."""

    product = "drive"

    space_id: UUID
    name: str
