# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables for a spreadsheet (CSV, RFC 4180), written while they are read."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.utils import translation

# A cell that begins with one of these is a formula to some spreadsheet (CWE-1236), and names are chosen by people.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A line for each row, below the names of the columns."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(columns)  # spreadsheets take a file without this mark for another encoding
    for row in rows:
        yield writer.writerow([harmless(value) for value in row])


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
