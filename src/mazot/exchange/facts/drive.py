# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens in Drive, as others hear it."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

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

    sentence = _("%(who)s added %(name)s to Drive.")


@dataclass(frozen=True, slots=True)
class EntryRewritten(EntryFact):
    """A file has a new content."""

    sentence = _("%(who)s changed the content of %(name)s.")


@dataclass(frozen=True, slots=True)
class EntryMoved(EntryFact):
    """An entry has a new place or a new name."""

    sentence = _("%(who)s moved or renamed %(old_name)s; it is called %(name)s now.")

    from_folder_id: UUID
    old_name: str


@dataclass(frozen=True, slots=True)
class EntryCopied(EntryFact):
    """An entry was copied; the fact is about the copy."""

    sentence = _("%(who)s made the copy %(name)s.")

    source_id: UUID


@dataclass(frozen=True, slots=True)
class EntryTrashed(EntryFact):
    """An entry went to the trash."""

    sentence = _("%(who)s put %(name)s into the trash.")


@dataclass(frozen=True, slots=True)
class EntryRestored(EntryFact):
    """An entry came back from the trash."""

    sentence = _("%(who)s took %(name)s out of the trash.")


@dataclass(frozen=True, slots=True)
class EntryErased(EntryFact):
    """An entry and its contents are gone for good."""

    sentence = _("%(who)s erased %(name)s for good.")


@dataclass(frozen=True, slots=True)
class CommonFolderOpened(Fact):
    """An organization folder exists."""

    product = "drive"
    sentence = _("%(who)s opened the organization folder %(name)s.")

    space_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class CommonFolderRenamed(Fact):
    """An organization folder has another name."""

    product = "drive"
    sentence = _("%(who)s renamed the organization folder %(old_name)s to %(name)s.")

    space_id: UUID
    name: str
    old_name: str


@dataclass(frozen=True, slots=True)
class CommonFolderClosed(Fact):
    """An organization folder is gone; it was empty."""

    product = "drive"
    sentence = _("%(who)s closed the organization folder %(name)s.")

    space_id: UUID
    name: str
