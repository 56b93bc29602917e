# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with a plan, as sentences for whoever wrote it: where, what, which limit, and the way out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mazot.products.tickets.rules.readings import Fault, Unreadable

SENTENCES: dict[str, str | Promise] = {
    "column_twice": gettext_lazy("The heading names this column twice. Keep one of them."),
    "empty": gettext_lazy("Nothing is written here, and it needs something."),
    "hidden_letter": gettext_lazy("“%(found)s” holds a letter that does not show. Type it anew."),
    "missing": gettext_lazy("This is missing."),
    "missing_column": gettext_lazy("The heading lacks this column."),
    "not_a_choice": gettext_lazy("“%(found)s” is not one of %(limit)s."),
    "not_a_color": gettext_lazy("“%(found)s” is not a color such as #2e7d32."),
    "not_a_list": gettext_lazy("A list belongs here."),
    "not_a_number": gettext_lazy("“%(found)s” is not a number."),
    "not_a_pair": gettext_lazy("A pair of numbers belongs here."),
    "not_a_table": gettext_lazy("The table cannot be read from here on: a quotation mark is not closed."),
    "not_an_identifier": gettext_lazy(
        "“%(found)s” cannot be an identifier. It takes up to 40 letters from A to Z, digits, and _ . : - only."
    ),
    "not_an_object": gettext_lazy("An object with named values belongs here."),
    "not_finite": gettext_lazy("“%(found)s” is not a place on a plan. Write a number."),
    "not_json": gettext_lazy("The file is not JSON."),
    "not_text": gettext_lazy("Text belongs here, in quotation marks."),
    "not_whole": gettext_lazy("%(found)s is not a whole number."),
    "not_yes_or_no": gettext_lazy("Only true or false belongs here."),
    "out_of_range": gettext_lazy("%(found)s is outside of what a plan holds: %(limit)s."),
    "too_few_points": gettext_lazy("The outline has %(found)s points and needs %(limit)s."),
    "too_large": gettext_lazy("The file has %(found)s letters, and %(limit)s are the limit."),
    "too_long": gettext_lazy("“%(found)s” is longer than %(limit)s letters."),
    "too_many": gettext_lazy("Here are %(found)s, and %(limit)s are the limit."),
    "too_many_areas": gettext_lazy("The plan has %(found)s drawn shapes, and %(limit)s are the limit."),
    "too_many_cells": gettext_lazy("The line has %(found)s cells, and the heading has %(limit)s."),
    "too_many_rows": gettext_lazy("The plan has more than %(limit)s rows. Make two plans of it."),
    "too_many_seats": gettext_lazy("The plan has more than %(limit)s seats. Make two plans of it."),
    "too_many_sections": gettext_lazy("The plan has %(found)s sections, and %(limit)s are the limit."),
    "too_wide": gettext_lazy("The rows are too long to be laid out side by side. Write the place of each seat (x, y)."),
    "twice": gettext_lazy("“%(found)s” stands twice: the first is at %(limit)s."),
    "unknown_category": gettext_lazy("No category is called “%(found)s”."),
    "unknown_column": gettext_lazy("No column is called “%(found)s”. Columns are: %(limit)s."),
    "unknown_key": gettext_lazy("A plan has nothing of this name. Remove it."),
    "unknown_seat": gettext_lazy("No seat of the plan has the identifier “%(found)s”."),
}

# Of a plan of pretix, what a drawing has no place for.
LEFT_OUT: dict[str, str | Promise] = {
    "border_color": gettext_lazy("colours of borders"),
    "radius": gettext_lazy("sizes of seats"),
    "row_label": gettext_lazy("words beside the names of rows"),
    "seat_label": gettext_lazy("words beside the numbers of seats"),
    "start_direction": gettext_lazy("the side from which a row fills"),
}


@dataclass(frozen=True, slots=True)
class Told:
    place: str
    sentence: str


def faults_told(refusal: Unreadable) -> list[Told]:
    """Each fault with its place; the last line counts those that are not listed."""
    told = [Told(place_of(fault), sentence_of(fault)) for fault in refusal.faults]
    left = refusal.n_faults - len(told)
    if left:
        told.append(Told("", ngettext("And %(n)s more.", "And %(n)s more.", left) % {"n": left}))
    return told


def left_out_told(keys: Iterable[str]) -> str:
    """What did not come in with a plan that did."""
    what = ", ".join(str(LEFT_OUT[key]) for key in keys)
    return _("All seats are drawn. What a plan has no place for stays in the file: %(what)s.") % {"what": what}


def sentence_of(fault: Fault) -> str:
    return str(SENTENCES[fault.reason]) % {"found": fault.found, "limit": fault.limit}


def place_of(fault: Fault) -> str:
    """Where it stands: a line and a column of a table, or the path in a file."""
    if not fault.line:
        return fault.path
    if not fault.path:
        return _("Line %(line)s") % {"line": fault.line}
    return _("Line %(line)s, %(column)s") % {"line": fault.line, "column": fault.path}
