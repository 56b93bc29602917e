# SPDX-License-Identifier: AGPL-3.0-or-later
"""How entries look in a list: the words, the icon and the colour of each, ready for a template that only prints."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.foundation import clock

NOBODY = UUID(int=0)

# Name, size, last change and author are the columns; "kind" sorts by media type.
SORTS = ("name", "changed_by", "modified", "size", "kind")

SORT_TITLES = (
    ("name", gettext_lazy("Name")),
    ("modified", gettext_lazy("Changed")),
    ("size", gettext_lazy("Size")),
    ("kind", gettext_lazy("Kind")),
    ("changed_by", gettext_lazy("Changed by")),
)

LOOKS: tuple[tuple[str, str, int], ...] = (
    ("application/pdf", "file-text", 3),
    ("image/", "image", 7),
    ("audio/", "file-music", 5),
    ("video/", "file-video", 5),
    ("text/csv", "file-spreadsheet", 8),
    ("text/calendar", "calendar-days", 2),
    ("text/vcard", "contact", 2),
    ("text/html", "file-code", 6),
    ("text/", "file-text", 1),
    ("application/zip", "file-archive", 4),
    ("application/gzip", "file-archive", 4),
    ("application/x-7z", "file-archive", 4),
    ("application/json", "file-code", 6),
    ("application/vnd.oasis.opendocument.spreadsheet", "file-spreadsheet", 8),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "file-spreadsheet", 8),
    ("application/vnd.oasis.opendocument.presentation", "presentation", 4),
    ("application/vnd.openxmlformats-officedocument.presentationml", "presentation", 4),
    ("application/vnd.oasis.opendocument.text", "file-text", 1),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml", "file-text", 1),
    ("message/", "mail", 2),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list."""

    id: str
    name: str
    is_folder: bool
    url: str
    rename_url: str
    icon: str
    tint: int
    who: str
    when: str
    moment: str
    size: str
    summary: str = ""  # on a narrow sheet, in one line
    where: str = ""
    where_url: str = ""


def lines(entries: Iterable[Any], *, with_place: bool = False) -> list[Line]:
    """Rows for a list of entries; `with_place` adds the folder each lies in."""
    told = Told()
    return [_line(entry, told, with_place=with_place) for entry in entries]


def _line(entry: Any, told: "Told", *, with_place: bool) -> Line:
    icon, tint = look_of(entry)
    when = told.day(entry.modified_at)
    size = "–" if entry.is_folder else size_said(entry.size)
    return Line(
        id=str(entry.id),
        name=entry.name,
        is_folder=entry.is_folder,
        url=told.address("drive:folder" if entry.is_folder else "drive:file", entry.id),
        rename_url=told.address("drive:rename", entry.id),
        icon=icon,
        tint=tint,
        who=entry.changed_by.name if entry.changed_by else "",
        when=when,
        moment=entry.modified_at.isoformat(timespec="seconds"),
        size=size,
        summary=when if entry.is_folder else f"{size} · {when}",
        where=place_name(entry) if with_place else "",
        where_url=told.address("drive:folder", entry.parent_id) if with_place and entry.parent_id else "",
    )


def place_name(entry: Any) -> str:
    parent = entry.parent
    return title_of(parent, entry.space) if parent is not None else ""


def title_of(folder: Any, space: Any) -> str:
    """A folder's name; a person's own root has none and is called My folder."""
    if folder.parent_id is not None:
        return str(folder.name)
    return str(space.name) or _("My folder")


def look_of(entry: Any) -> tuple[str, int]:
    if entry.is_folder:
        return "folder", 2
    for beginning, icon, tint in LOOKS:
        if entry.content_type.startswith(beginning):
            return icon, tint
    return "file", 0


def size_said(size: int) -> str:
    return str(filesizeformat(size))


class Told:
    """Moments and addresses as one page says them: today with the hour, this year without the year."""

    def __init__(self) -> None:
        self.today = timezone.localdate(clock.now())
        self._patterns: dict[str, str] = {}

    def address(self, name: str, entry_id: UUID) -> str:
        """`reverse` once a page and kind, not once a row."""
        if name not in self._patterns:
            self._patterns[name] = reverse(name, args=[NOBODY])
        return self._patterns[name].replace(str(NOBODY), str(entry_id))

    def day(self, moment: datetime) -> str:
        there = timezone.localtime(moment)
        if there.date() == self.today:
            return _("Today, %(hour)s") % {"hour": f"{there:%H:%M}"}
        if there.date() == self.today - timedelta(days=1):
            return _("Yesterday")
        return date_format(there, "j M" if there.year == self.today.year else "j M Y")
