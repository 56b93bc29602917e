# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first beat of every deed: hold the spaces it touches, then read again what the decision rests on.

A space's row is the one lock of its tree. All spaces of a deed are taken here, in the order of their ids, so that two
deeds never wait for each other; a name, a move or a number decided under it cannot be decided twice. SQLite has a
single writer already (BEGIN IMMEDIATE) and ignores the row lock.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.text import composed
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries import held, rows
from mazot.products.drive.rules.limits import MAX_DEPTH
from mazot.products.drive.rules.names import MAX_BYTES, RESERVED, fault_of, is_reserved


def hold_spaces(space_ids: Iterable[UUID]) -> dict[UUID, Space]:
    """Lock these spaces, sorted; only inside a transaction."""
    wanted = sorted(set(space_ids))
    found = {space.id: space for space in Space.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    if len(found) != len(wanted):
        raise NotFound("not_found")
    return found


def hold_entries(*entries: Entry) -> tuple[dict[UUID, Space], list[Entry]]:
    """Lock the spaces of these entries and read the entries again, living, in the same order."""
    spaces = hold_spaces(entry.space_id for entry in entries)
    found: dict[UUID, Entry] = {}
    for piece in rows.in_pieces({entry.id for entry in entries}):
        found |= {entry.id: entry for entry in Entry.objects.filter(id__in=piece, trashed__isnull=True)}
    fresh = []
    for entry in entries:
        now = found.get(entry.id)
        if now is None:
            raise NotFound("not_found")
        if now.space_id not in spaces:
            raise Conflict("moved", _("It is in another place now."))
        now.space = spaces[now.space_id]
        fresh.append(now)
    return spaces, fresh


def hold_place(folder: Entry, name: str) -> tuple[Entry, Entry | None]:
    """Lock a folder's space; the folder as it is now, and the living entry of that name in it, in two statements."""
    space = held.lock_space(folder.space_id)
    if space is None:
        raise NotFound("not_found")
    parent, there = held.folder_and_member(folder.id, name)
    if parent is None:
        raise NotFound("not_found")
    if parent.space_id != space.id:
        raise Conflict("moved", _("It is in another place now."))
    parent.space = space
    if there is not None:
        there.space = space
    return parent, there


def checked_name(name: str, *, folder: Entry) -> str:
    """The name in composed form, or Invalid with a sentence that names the character or the limit."""
    wanted = composed(name)
    if fault := fault_of(wanted):
        kind, character = fault
        raise Invalid(f"name_{kind}", sentence_for(kind, character), field="name", limit=MAX_BYTES)
    if folder.parent_id is None and folder.space.kind == Space.Kind.PERSONAL and is_reserved(wanted):
        raise Refused(
            "name_reserved",
            _("“%(name)s” is the name under which WebDAV shows the organization's folders.") % {"name": RESERVED},
            field="name",
        )
    return wanted


def sentence_for(fault: str, character: str) -> str:
    """Why a name cannot be used."""
    code = f"U+{ord(character[0]):04X}" if character else ""
    sentences = {
        "empty": _("A name has at least one visible character."),
        "dots": _("A name cannot be “.” or “..”: computers use them for folders."),
        "slash": _("A name cannot contain “/”: it separates folders."),
        "backslash": _("A name cannot contain “\\”: Windows computers take it for a folder."),
        "control": _("A name cannot contain the invisible control character %(code)s."),
        "unpaired": _("A name cannot contain %(code)s: it is no character of its own."),
        "direction": _("A name cannot contain %(code)s: it reverses the text and hides the real extension."),
        "too_long": _("A name has at most %(limit)s bytes, which is about 255 Latin letters or 85 Chinese ones."),
        "outer_space": _("A name cannot begin or end with a space: Windows computers could not open it."),
        "last_dot": _("A name cannot end with a full stop: Windows computers could not open it."),
    }
    return sentences[fault] % {"code": code, "limit": MAX_BYTES} if "%(" in sentences[fault] else sentences[fault]


def must_be_folder(entry: Entry) -> None:
    if not entry.is_folder:
        raise Conflict("not_folder", _("“%(name)s” is a file, not a folder.") % {"name": entry.name})


def must_not_be_root(entry: Entry) -> None:
    if entry.parent_id is None:
        raise NotAllowed("fixed", _("This is the top folder; only what is inside it can be changed here."))


def must_fit_depth(folder: Entry, *, levels: int) -> None:
    """So many more levels below the folder stay within the limit."""
    if len(rows.ancestors(folder.id)) - 1 + levels > MAX_DEPTH:
        raise Invalid(
            "too_deep",
            _("Folders go at most %(limit)s levels deep.") % {"limit": MAX_DEPTH},
            field="folder",
            limit=MAX_DEPTH,
        )


def entry_named(folder: Entry, name: str) -> Entry | None:
    """The living entry of that name in the folder."""
    found = Entry.objects.filter(parent_id=folder.id, name=name, trashed__isnull=True).first()
    if found is not None:
        found.space = folder.space
    return found


def names_in(folder: Entry) -> set[str]:
    return set(Entry.objects.filter(parent_id=folder.id, trashed__isnull=True).values_list("name", flat=True))


def taken(name: str) -> Conflict:
    """The refusal when a name is in use."""
    return Conflict("taken", _("There is already something called “%(name)s” here.") % {"name": name}, name=name)


def top_level(entries: Sequence[Entry]) -> list[Entry]:
    """Without those that lie inside another of them."""
    chosen = {entry.id for entry in entries}
    if not any(entry.is_folder for entry in entries) or len(chosen) == 1:
        return list(entries)
    return [entry for entry in entries if not any(step.id in chosen for step in rows.ancestors(entry.id)[1:])]
