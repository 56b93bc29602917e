# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plans as tables (CSV, RFC 4180): a line for each seat, with or without its place on the plan."""

import csv
import io
from dataclasses import dataclass, field
from math import ceil

from mazot.products.tickets.rules import geometry
from mazot.products.tickets.rules.drawing import (
    CATEGORIES,
    ROWS,
    SEATS,
    SECTIONS,
    Category,
    Drawing,
    Point,
    Row,
    Seat,
    Section,
)
from mazot.products.tickets.rules.readings import (
    FAR,
    IDENTIFIER,
    Fault,
    Number,
    Reading,
    Unreadable,
    identifier_of,
    tidy,
)

LETTERS = 4_000_000
COLUMNS = ("section", "row", "seat", "x", "y", "category", "id")
NEEDED = ("section", "row", "seat")
MARGIN = 60
BETWEEN = 60  # sections that stand side by side
# What a spreadsheet would run when somebody opens an export of it (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "|", "%", "'")

_Rows = dict[str, list[Seat]]


@dataclass(slots=True)
class _Reader:
    reading: Reading = field(default_factory=Reading)
    sections: dict[str, _Rows] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)  # with their lines
    categories: dict[str, list[str]] = field(default_factory=dict)
    seen: dict[tuple[str, str, str], int] = field(default_factory=dict)
    has_places: bool = False
    decimal_comma: bool = False

    def line(self, number: int, cells: dict[str, str]) -> None:
        said = {column: self._text(number, cells, column) for column in NEEDED}
        section, row, seat = (said[column] for column in NEEDED)
        if not seat:
            self.reading.note("seat", "empty", line=number)
        before = self.seen.setdefault((section, row, seat), number)
        if before != number:
            self.reading.note("seat", "twice", " / ".join((section, row, seat)), f"line {before}", line=number)
            return
        x, y = (self._place(number, cells, axis) if self.has_places else 0 for axis in ("x", "y"))
        own = self._said(number, cells) if cells.get("id") else self.own(section, row, seat, line=number)
        self.sections.setdefault(section, {}).setdefault(row, []).append(Seat(own, seat, tidy(x), tidy(y)))
        if category := self._text(number, cells, "category"):
            self.categories.setdefault(category, []).append(own)

    def _text(self, number: int, cells: dict[str, str], column: str) -> str:
        cell = cells.get(column, "")
        if cell.startswith("'") and cell[1:].startswith(FORMULA):
            cell = cell[1:]  # as our own export writes it
        alone = Reading()
        text = alone.text({column: cell}, column, "")
        for fault in alone.faults:
            self.reading.note(column, fault.reason, fault.found, fault.limit, line=number)
        return text

    def _place(self, number: int, cells: dict[str, str], axis: str) -> Number:
        cell = cells.get(axis, "")
        try:
            value: object = float(cell.replace(",", ".") if self.decimal_comma else cell)
        except ValueError:
            value = cell
        alone = Reading()
        place = alone.number({axis: value}, axis, "")
        for fault in alone.faults:
            self.reading.note(axis, fault.reason, cell, fault.limit, line=number)
        return place

    def _said(self, number: int, cells: dict[str, str]) -> str:
        """The seat's own id, as an export names it: tickets sold by it find their seat again."""
        own = self._text(number, cells, "id")
        if not IDENTIFIER.fullmatch(own):
            self.reading.note("id", "not_an_identifier", own, line=number)
        elif own in self.ids:
            self.reading.note("id", "twice", own, f"line {self.ids[own]}", line=number)
        self.ids.setdefault(own, number)
        return own

    def own(self, *words: str, line: int = 0) -> str:
        # Two seats may read alike when their words are joined ("A-1", "2" and "A", "1-2"): the second is named by hash.
        own = identifier_of(*words)
        if own in self.ids:
            own = identifier_of("", *words, "\0")
        self.ids[own] = line
        return own

    def refuse_excess(self) -> None:
        n_rows = sum(len(rows) for rows in self.sections.values())
        counts = (
            ("too_many_sections", len(self.sections), SECTIONS),
            ("too_many_rows", n_rows, ROWS),
            ("too_many", len(self.categories), CATEGORIES),
        )
        for reason, count, limit in counts:
            if count > limit:
                self.reading.note("", reason, count, limit)


def read_table(text: str) -> Drawing:
    """The plan that a table says, or `Unreadable` with a fault for each line that cannot be used.

    Without places the rows are drawn straight, one behind the other, and the sections side by side.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LETTERS:
        raise Unreadable([Fault("", "too_large", str(len(text)), str(LETTERS))])
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = _Reader(decimal_comma=delimiter != ",")
    _read_lines(reader, text, delimiter)
    reader.refuse_excess()
    reader.reading.refuse_faults()
    return _placed(reader) if reader.has_places else _laid_out(reader)


def _read_lines(reader: _Reader, text: str, delimiter: str) -> None:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading: list[str] = []
    begins = 1
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if any(cells) and not heading:
                heading = _heading(reader, [cell.casefold() for cell in cells], begins)
                if reader.reading.n_faults:
                    return
            elif any(cells):
                if len(cells) > len(heading):
                    reader.reading.note("", "too_many_cells", len(cells), len(heading), line=begins)
                reader.line(begins, dict(zip(heading, cells, strict=False)))
            if len(reader.seen) > SEATS:
                reader.reading.note("", "too_many_seats", "", SEATS, line=begins)
                return
            begins = rows.line_num + 1
    except csv.Error:
        reader.reading.note("", "not_a_table", line=begins)
    if not reader.seen:
        reader.reading.note("", "empty", line=begins)


def _heading(reader: _Reader, names: list[str], line: int) -> list[str]:
    names = ["category" if name == "zone" else name for name in names]
    for name in names:
        if name and name not in COLUMNS:
            reader.reading.note(name, "unknown_column", name, ", ".join(COLUMNS), line=line)
        elif name and names.count(name) > 1:
            reader.reading.note(name, "column_twice", name, line=line)
    axes = [axis for axis in ("x", "y") if axis in names]
    needed = (*NEEDED, *(("x", "y") if axes else ()))
    for name in needed:
        if name not in names:
            reader.reading.note(name, "missing_column", line=line)
    reader.has_places = len(axes) == 2
    return names


def _placed(reader: _Reader) -> Drawing:
    sections = []
    for name, rows in reader.sections.items():
        seats = [seat for row in rows.values() for seat in row]
        corner = (min(seat.x for seat in seats), min(seat.y for seat in seats))
        sections.append(_section(reader, name, corner, list(rows.items())))
    return _drawing(reader, sections)


def _laid_out(reader: _Reader) -> Drawing:
    sections = []
    left: Number = MARGIN
    for name, rows in reader.sections.items():
        width = (max(map(len, rows.values())) - 1) * geometry.SPACING
        laid = []
        for place, (row, seats) in enumerate(rows.items()):
            middle = (left + width / 2, MARGIN + (place + 1) * geometry.ROW_GAP)
            places = geometry.row_of(len(seats), middle)
            laid.append((row, [Seat(seat.id, seat.name, *at) for seat, at in zip(seats, places, strict=True)]))
        sections.append(_section(reader, name, (left, MARGIN), laid))
        left += width + BETWEEN
    return _drawing(reader, sections)


def _section(reader: _Reader, name: str, place: Point, rows: list[tuple[str, list[Seat]]]) -> Section:
    own = reader.own("section", name)
    return Section(
        own, name, *place, tuple(Row(reader.own("row", name, row), row, tuple(seats)) for row, seats in rows)
    )


def _drawing(reader: _Reader, sections: list[Section]) -> Drawing:
    categories = tuple(Category(name, "", tuple(seats)) for name, seats in reader.categories.items())
    drawing = Drawing((1, 1), tuple(sections), categories=categories)
    x, y, w, h = geometry.bounds(drawing) or (0, 0, 0, 0)
    if max(x + w, y + h) > FAR:  # only rows that we lay out ourselves: places said are within
        raise Unreadable([Fault("", "too_wide", str(max(x + w, y + h)), str(FAR))])
    size = (min(ceil(max(x + w, 0)) + MARGIN, FAR), min(ceil(max(y + h, 0)) + MARGIN, FAR))
    return Drawing(size, drawing.sections, categories=categories)


def write_table(drawing: Drawing) -> str:
    """A line for each seat, with its place. What is not a seat has no line."""
    category = {seat: one.name for one in drawing.categories for seat in one.seats}
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    for section in drawing.sections:
        for row in section.rows:
            for seat in row.seats:
                words = (_harmless(word) for word in (section.name, row.name, seat.name))
                table.writerow((*words, seat.x, seat.y, _harmless(category.get(seat.id, "")), _harmless(seat.id)))
    return written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
