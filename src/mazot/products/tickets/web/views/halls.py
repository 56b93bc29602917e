# SPDX-License-Identifier: AGPL-3.0-or-later
"""The hall of a date as strangers see it: where seats stand, and which they may choose, never why not."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from mazot.products.tickets.queries.drawings import map_of
from mazot.products.tickets.queries.seating import letters_shown, seating_shown
from mazot.products.tickets.web.reading import at_a_walk


@require_safe
@at_a_walk
def hall_map(request: HttpRequest, slug: str, performance_id: UUID) -> HttpResponse:
    return drawn(request, seating_shown(slug, performance_id).version_id)


@require_safe
@at_a_walk
def hall_seats(_request: HttpRequest, slug: str, performance_id: UUID) -> HttpResponse:
    """One letter for each seat: the code of its zone when it is free, else a dot."""
    letters = letters_shown(seating_shown(slug, performance_id))
    return JsonResponse({"seats": letters}, headers={"Cache-Control": "no-store"})


def drawn(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The map of a version, which a browser keeps and asks about."""
    written, tag = map_of(version_id)
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    headers = {"ETag": tag, "Cache-Control": "private, max-age=60"}
    return HttpResponse(written, content_type="application/json", headers=headers)
