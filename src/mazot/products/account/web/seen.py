# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from mazot.products.account.web.doors import door_of
from mazot.tenancy.actions.sessions import note_seen


class SeenMiddleware:
    """Note now and then that a session is in use; allauth's own middleware would write at every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        if key and request.user.is_authenticated:
            door = door_of(request)
            note_seen(key, address=door.address, program=door.program)
        return response
