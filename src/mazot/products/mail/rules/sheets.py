# SPDX-License-Identifier: AGPL-3.0-or-later
"""A table of addresses to make, as people export it: comma, semicolon or tab, with or without a head."""

import csv
import io
from dataclasses import dataclass

from mazot.products.mail.rules.limits import ROWS_OF_A_SHEET

LONGEST_SHEET = 200_000  # bytes
HEAD = ("address", "name", "login")
# What the first cell of a head says in the languages of the interface; a name of an address is none of these words.
HEADS = frozenset({"address", "adresse", "indirizzo", "dirección", "local part", "nom", "e-mail"})


class BadSheet(ValueError):
    """No table; the argument is a word that says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One address to make: its name before the @, what letters show, and the login of whoever keeps it."""

    number: int  # as a person counts lines in the file
    local: str
    name: str = ""
    keeper: str = ""


def read_sheet(content: bytes) -> list[Line]:
    """The lines of a table; raises BadSheet."""
    if len(content) > LONGEST_SHEET:
        raise BadSheet("too_large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")  # what spreadsheets still write where nobody told them
    if "\0" in text:
        raise BadSheet("not_text")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadSheet("not_a_table") from error
    lines = [_line(number, cells) for number, cells in enumerate(table, start=1) if any(cell.strip() for cell in cells)]
    if lines and lines[0].local.lower() in HEADS:
        lines = lines[1:]
    if not lines:
        raise BadSheet("empty")
    if len(lines) > ROWS_OF_A_SHEET:
        raise BadSheet("too_long")
    return lines


def _line(number: int, cells: list[str]) -> Line:
    local, name, keeper = [cell.strip() for cell in [*cells, "", "", ""][:3]]
    return Line(number, local, name, keeper)
