# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from mazot.products.drive.queries.entries import (
    entries_named,
    entry_for,
    folders_in,
    place_of,
    recent_for,
)
from mazot.products.drive.queries.order import order_of, piece_of
from mazot.products.drive.web import listing
from mazot.products.drive.web.frame import sidebar
from mazot.products.drive.web.rows import rows_html

# A row costs about 0.1 ms and 1 kB: the first piece fills any screen at once, the rest follows while it scrolls.
PIECE = 100
PIECE_LATER = 400


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return redirect("drive:folder", entry_id=sidebar(request)["own"].root_id)


@login_required
@require_GET
def folder(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    here, way = place_of(actor, entry_id)
    if not here.is_folder:
        return redirect("drive:file", entry_id=entry_id)
    context = sidebar(request, space_id=here.space_id) | _listed(request, here)
    context |= {"crumbs": _named(way, here), "topic": f"drive:folder:{here.id}"}
    return render(request, "drive/pages/folder.html", context)


@login_required
@require_GET
def rows(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """A piece of the list: the rows that follow, or all that are shown after something changed."""
    here = entry_for(request.actor, entry_id)  # type: ignore[attr-defined]
    return render(request, "drive/fragments/rows.html", _listed(request, here))


def _listed(request: HttpRequest, here: Any) -> dict[str, Any]:
    sort = request.GET.get("sort", "name")
    sort = sort if sort in listing.SORTS else "name"
    descending = request.GET.get("direction") == "down"
    start = _number(request.GET.get("from"), 0)
    count = _number(request.GET.get("count"), PIECE if start == 0 else PIECE_LATER)
    actor = request.actor  # type: ignore[attr-defined]
    found = order_of(actor, here.id, here.space, sort=sort, descending=descending)  # type: ignore[arg-type]
    shown = piece_of(actor, found, start, count)
    lines = listing.lines(shown)
    end = min(start + count, len(found.ids))
    back = reverse("drive:folder", args=[here.id])
    return {
        "here": here,
        "lines": lines,
        "pieces": [rows_html(lines[at : at + PIECE], back=back) for at in range(0, len(lines), PIECE)],
        "total": len(found.ids),
        "next_from": end if end < len(found.ids) else 0,
        "sort": sort,
        "direction": "down" if descending else "up",
        "sorts": listing.SORT_TITLES,
    }


def _number(said: str | None, otherwise: int) -> int:
    return int(said) if said and said.isdecimal() and len(said) < 7 else otherwise


def _named(way: list[Any], here: Any) -> list[tuple[str, Any]]:
    """Each step's name; the first is the space's own."""
    return [(listing.title_of(step, here.space) if at == 0 else step.name, step.id) for at, step in enumerate(way)]


@login_required
@require_GET
def recent(request: HttpRequest) -> HttpResponse:
    found = listing.lines(recent_for(request.actor), with_place=True)  # type: ignore[attr-defined]
    return render(request, "drive/pages/recent.html", sidebar(request, place="recent") | {"lines": found})


@login_required
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")[:200]
    found = entries_named(request.actor, words) if words.strip() else []  # type: ignore[attr-defined]
    context = {"words": words, "lines": listing.lines(found, with_place=True)}
    return render(request, "drive/pages/search.html", sidebar(request) | context)


@login_required
@require_GET
def choose(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One folder of the dialog that asks where to."""
    actor = request.actor  # type: ignore[attr-defined]
    here, way = place_of(actor, entry_id)
    context = sidebar(request, space_id=here.space_id)
    context |= {"here": here, "folders": folders_in(actor, here), "crumbs": _named(way, here)}
    return render(request, "drive/fragments/choose.html", context)


@login_required
@require_GET
def connect(request: HttpRequest) -> HttpResponse:
    context = sidebar(request, place="connect")
    base = settings.MAZOT.public_url.rstrip("/") or f"{request.scheme}://{request.get_host()}"
    context |= {
        "address": f"{base}/dav/drive/{context['drive'].id}/",
        "is_open": context["drive"].has_feature("webdav"),
    }
    return render(request, "drive/pages/connect.html", context)
