# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables for a spreadsheet: CSV (RFC 4180), written while it is read, and XLSX."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice

from django.utils import translation

Cell = str | int | Decimal
LONGEST = 32_767  # letters in a cell of a workbook

# A cell that begins with one of these is a formula to some spreadsheet (CWE-1236), and names are chosen by people.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, mark: bool = True) -> Iterator[str]:
    """A line for each row, below the names of the columns.

    With the mark of its encoding, without which spreadsheets take it for another one; other programs want none.
    """
    writer = csv.writer(_Echo())
    yield ("\ufeff" if mark else "") + writer.writerow(columns)
    for row in rows:
        yield writer.writerow([harmless(value) if isinstance(value, str) else str(value) for value in row])


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook of one sheet. Texts are written as texts, so none of them is ever a formula or a link."""
    from xlsxwriter import Workbook  # here: nine megabytes in each process, of which few ever make a workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        sheet, head = book.add_worksheet(), book.add_format({"bold": True})
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, head)
        for line, row in enumerate(rows, start=1):
            for at, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, at, value[:LONGEST])
                else:
                    sheet.write_number(line, at, value)
        sheet.freeze_panes(1, 0)
    return file.getvalue()


def harmless(value: str) -> str:
    """A cell that a spreadsheet shows as text."""
    return f"'{value}" if value.startswith(FORMULA) else value


def gathered(pieces: Iterator[str], language: str | None) -> Iterator[str]:
    """The lines in larger pieces, in the reader's language also where another thread makes them."""
    while True:
        with translation.override(language):
            piece = "".join(islice(pieces, 500))
        if not piece:
            return
        yield piece


class _Echo:
    """What csv writes into, giving back each line."""

    def write(self, value: str) -> str:
        return value
