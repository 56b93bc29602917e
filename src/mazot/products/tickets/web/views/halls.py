# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hall of a date as strangers see it: where seats stand, and which they may choose, never why not."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Channel, Performance, Seating, Visibility
from mazot.products.tickets.queries.availability import letters_of
from mazot.products.tickets.queries.drawings import map_of


@require_safe
def hall_map(request: HttpRequest, slug: str, performance_id: UUID) -> HttpResponse:
    return drawn(request, _seating(slug, performance_id).version_id)


@require_safe
def hall_seats(_request: HttpRequest, slug: str, performance_id: UUID) -> JsonResponse:
    """One letter for each seat: the code of its zone when it is free, else a dot."""
    seating = _seating(slug, performance_id)
    zones = seating.performance.zones.filter(is_numbered=True, is_visible=True)
    numbered = frozenset(zones.values_list("code", flat=True))
    letters = letters_of(seating, Channel.ONLINE, clock.now(), numbered=numbered)
    return JsonResponse({"seats": letters}, headers={"Cache-Control": "no-store"})


def drawn(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The map of a version, which a browser keeps and asks about."""
    written, tag = map_of(version_id)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
    return HttpResponse(written, content_type="application/json", headers=headers)


def _seating(slug: str, performance_id: UUID) -> Seating:
    """The seating of a date that strangers see: three layers of visibility stand above it."""
    found = (
        Seating.objects.filter(
            performance_id=performance_id,
            performance__event__shop__slug=slug,
            performance__event__shop__is_open=True,
            performance__state=Performance.State.ON,
        )
        .exclude(performance__online=Visibility.HIDDEN)
        .exclude(performance__event__online=Visibility.HIDDEN)
        .select_related("performance")
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    return found
