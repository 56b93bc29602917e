# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was sold, in tables whose bars are drawn beside the numbers, and as files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.delivery import deliver_text
from mazot.foundation.errors import NotFound, Refused
from mazot.foundation.ids import read_id
from mazot.foundation.sheets import as_csv, as_xlsx, gathered
from mazot.products.tickets.actions.exports import note_export, note_statistics_export
from mazot.products.tickets.queries.exports import export_for, for_a_workbook
from mazot.products.tickets.queries.showcase import said_amount
from mazot.products.tickets.queries.statistics import Statistics, Tally, statistics_for
from mazot.products.tickets.rights import STATISTICS, TECHNICAL
from mazot.products.tickets.web.frame import in_shop, may, page
from mazot.ui.toasts import toast_later
from mazot.wire.http.disposition import disposition

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS = 60  # columns of the drawing; the table below it has every day
WIDTH = 1000  # of a drawing, in its own units


@require_safe
@in_shop(STATISTICS)
def statistics(request: Any, shop: Shop) -> HttpResponse:
    """The sums of the shop, or of one of its dates."""
    wanted = read_id(request.GET.get("date", "")[:40])
    everything = statistics_for(request.actor, shop, clock.now())
    if wanted is not None and wanted not in everything.names:
        raise NotFound("not_found")
    found = everything if wanted is None else statistics_for(request.actor, shop, clock.now(), wanted)
    dates = sorted(everything.names.items(), key=lambda one: (one[1][1], one[0]))
    context = {
        "place": "statistics",
        "wanted": wanted,
        "dates": [(key, title, start) for key, (title, start) in dates],
        "cards": _cards(shop, found, is_whole=wanted is None),
        "places": [(key, *everything.names[key], found.places[key]) for key, _name in dates if key in found.places],
        "parts": [
            (_("By price"), _lines(shop, ((name, one) for (name,), one in found.prices.items()))),
            (_("By zone"), _lines(shop, ((name, one) for (name,), one in found.zones.items()))),
            (_("By channel"), _lines(shop, ((_channels()[key], one) for key, one in found.channels.items()))),
        ],
        "days": _days(shop, found),
        "columns": _columns(found),
        "is_empty": not (found.total.sold or found.total.waiting),
        "what": _what(request, shop),
    }
    return page(request, shop, "statistics", context)


@require_POST
@in_shop(STATISTICS, TECHNICAL)
def export(request: Any, shop: Shop, what: str) -> HttpResponse:
    """A table as a file; the log says who took it before its first line leaves."""
    kind = "xlsx" if request.POST.get("kind") == "xlsx" else "csv"
    columns, rows = export_for(request.actor, shop, what)
    name = f"{shop.slug}-{what}-{clock.now():%Y-%m-%d}.{kind}"
    try:
        found = for_a_workbook(rows) if kind == "xlsx" else []
    except Refused as error:
        toast_later(request, f"{error.sentence} {error.way_out}", kind="warning")
        return HttpResponseRedirect(reverse("tickets:statistics", args=[shop.id]))
    if what == "statistics":
        note_statistics_export(request.actor, shop, kind=kind)
    else:
        note_export(request.actor, shop, what=what, kind=kind)
    if kind == "csv":
        pieces = gathered(as_csv(columns, rows, mark=request.POST.get("mark") == "on"), get_language())
        return deliver_text(request, name, pieces, content_type="text/csv")
    answer = HttpResponse(as_xlsx(columns, found), content_type=XLSX)
    answer["Content-Disposition"] = disposition(name)
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _what(request: Any, shop: Shop) -> list[tuple[str, str]]:
    """What this person may take out."""
    held = may(request, shop)
    people = [("orders", _("Orders")), ("tickets", _("Tickets")), ("customers", _("Customers"))]
    return [("statistics", _("These figures")), *(people if held["technical"] else [])]


def _cards(shop: Shop, found: Statistics, *, is_whole: bool) -> list[tuple[str | Promise, str | int, str]]:
    places = found.places.values()
    size = sum(one.size or 0 for one in places) if all(one.size is not None for one in places) else None
    of = _("of %(n)d places") % {"n": size} if size else ""
    total = found.total
    lines: list[tuple[str | Promise, str | int, str]] = [
        (_("Sold"), total.sold, of),
        (_("To be paid"), total.waiting, ""),
        (_("Came"), total.came, _("of %(n)d sold") % {"n": total.sold} if total.sold else ""),
        (_("Income"), said_amount(total.gross, shop.currency), _("tax included")),
        (_("Net"), said_amount(total.net, shop.currency), _("without tax")),
        (_("Tax"), said_amount(total.tax, shop.currency), ""),
    ]
    if is_whole:
        lines += [(_("Fees"), said_amount(found.fees, shop.currency), _("on top of the tickets"))]
        lines += [(_("Paid back"), said_amount(found.owed, shop.currency), "")]
    return lines


def _lines(shop: Shop, parts: Iterable[tuple[Any, Tally]]) -> list[tuple[Any, Tally, str, int]]:
    """Name, counts, income and the length of its bar, the largest first."""
    rows = sorted(parts, key=lambda one: (-one[1].sold, str(one[0])))
    most = max((one.sold for _name, one in rows), default=0) or 1
    return [(name, one, said_amount(one.gross, shop.currency), WIDTH * one.sold // most) for name, one in rows]


def _days(shop: Shop, found: Statistics) -> list[tuple[Any, Tally, str]]:
    rows = sorted(found.days.items(), reverse=True)
    return [(day, one, said_amount(one.gross, shop.currency)) for day, one in rows]


def _columns(found: Statistics) -> dict[str, Any]:
    """The last days as columns: where each begins, how wide and how high it is, and what it says."""
    if not found.days:
        return {}
    last = max(found.days)
    first = max(min(found.days), last - timedelta(days=DAYS - 1))
    days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
    counts = [found.days[day].sold if day in found.days else 0 for day in days]
    step, most = WIDTH // max(len(days), 12), max(counts) or 1
    bars = [
        (at * step, max(2, step - 3), 200 - 200 * count // most, 200 * count // most, day, count)
        for at, (day, count) in enumerate(zip(days, counts, strict=True))
        if count
    ]
    return {"bars": bars, "first": first, "last": last, "most": most, "width": step * len(days)}


def _channels() -> dict[str, str]:
    return {"online": _("Online"), "reseller": _("Counter, members"), "admin": _("Counter, administrators")}
