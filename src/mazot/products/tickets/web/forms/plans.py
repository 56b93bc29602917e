# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked to draw a room from numbers, and to bring one in."""

from math import ceil
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.products.tickets.rules.generated import Wish
from mazot.products.tickets.web.forms.base import Asked, Count, Flag, Words

FILE = 9  # MB; the server takes bodies of 10

ROW_SCHEMES = (("letters", gettext_lazy("A, B, C")), ("numbers", gettext_lazy("1, 2, 3")))
SEAT_SCHEMES = (
    ("up", gettext_lazy("1, 2, 3 from the left")),
    ("down", gettext_lazy("1, 2, 3 from the right")),
    ("odd", gettext_lazy("Odd numbers: 1, 3, 5")),
    ("even", gettext_lazy("Even numbers: 2, 4, 6")),
    ("middle", gettext_lazy("From the middle: odd left, even right")),
    ("letters", gettext_lazy("Letters: A, B, C")),
)


class SectionAsked(Asked):
    """One section of rows."""

    halves = frozenset(
        {"n_rows", "n_seats", "more_per_row", "aisle_after", "curve", "first", "row_scheme", "seat_scheme"}
    )

    section = Words(label=gettext_lazy("Name of the section"), max_length=60, required=True)
    n_rows = Count(label=gettext_lazy("Rows"), least=1, most=100, required=True, initial=10)
    n_seats = Count(label=gettext_lazy("Seats in the first row"), least=1, most=200, required=True, initial=20)
    more_per_row = Count(label=gettext_lazy("More seats from row to row"), most=10, initial=0)
    aisle_after = Count(label=gettext_lazy("Aisle after seat"), most=199, help_text=gettext_lazy("Empty: no aisle."))
    curve = Count(
        label=gettext_lazy("Radius of the first row's arc"), most=9000, help_text=gettext_lazy("Empty: straight rows.")
    )
    first = Count(label=gettext_lazy("The first row is number"), least=1, most=500, initial=1)
    row_scheme = forms.ChoiceField(label=gettext_lazy("Names of rows"), choices=ROW_SCHEMES)
    seat_scheme = forms.ChoiceField(label=gettext_lazy("Names of seats"), choices=SEAT_SCHEMES)
    beside = Flag(label=gettext_lazy("Put it to the right of what is drawn"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        widest = (given.get("n_seats") or 1) + (given.get("more_per_row") or 0) * ((given.get("n_rows") or 1) - 1)
        curve = given.get("curve") or 0
        if curve and (widest + 1) * 28 > curve * 5:
            self.add_error("curve", _("On an arc this narrow the row would close upon itself. Take a larger radius."))
        if (given.get("aisle_after") or 0) >= (given.get("n_seats") or 1):
            self.add_error("aisle_after", _("The aisle stands between two seats of the first row."))
        return given

    def wish(self) -> Wish:
        given = self.cleaned_data
        return Wish(
            name=given["section"],
            n_rows=given["n_rows"],
            n_seats=given["n_seats"],
            more_per_row=given["more_per_row"] or 0,
            curve=given["curve"] or 0,
            row_scheme=given["row_scheme"],
            seat_scheme=given["seat_scheme"],
            first=given["first"] or 1,
            aisle_after=given["aisle_after"] or 0,
        )


class PlanAsked(SectionAsked):
    """A plan with its first section."""

    lead = gettext_lazy("One section of rows to begin with; more of them, tables and shapes come in the drawing.")

    name = Words(label=gettext_lazy("Name of the plan"), max_length=120, required=True)

    groups = (
        ("", ("name", "section", "n_rows", "n_seats", "more_per_row", "aisle_after", "curve", "first")),
        (gettext_lazy("Names of rows and seats"), ("row_scheme", "seat_scheme")),
    )


class NameAsked(Asked):
    """A plan that is drawn by hand from nothing."""

    lead = gettext_lazy("An empty room with a stage. You add rows, tables and areas where they stand.")

    name = Words(label=gettext_lazy("Name of the plan"), max_length=120, required=True)


class CopyAsked(Asked):
    """One more of a plan there is."""

    lead = gettext_lazy("The copy begins with the newest version. What you change in it leaves the first one as it is.")

    name = Words(label=gettext_lazy("Name of the plan"), max_length=120, required=True)
    source = forms.UUIDField(error_messages={"required": gettext_lazy("Choose the plan to copy.")})


class ImportAsked(Asked):
    """A file of another program."""

    lead = gettext_lazy(
        "A plan of pretix (JSON), or a table (CSV) with the columns section, row, seat and, if known, zone, x, y."
    )

    name = Words(
        label=gettext_lazy("Name of the plan"), max_length=120, help_text=gettext_lazy("Empty: as the file says.")
    )
    file = forms.FileField(label=gettext_lazy("File"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE * 1024 * 1024:
            said = _("The file has %(size)d MB, and %(limit)d MB are the limit. Make several plans of it.")
            raise forms.ValidationError(said % {"size": ceil(file.size / 1024 / 1024), "limit": FILE})
        return file
