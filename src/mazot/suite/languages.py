# SPDX-License-Identifier: AGPL-3.0-or-later
"""The language and the clock of an answer: the person's settings, else what the browser prefers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers


class LanguageMiddleware:
    """Stands behind the sign-in, because the setting belongs to the person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        language = getattr(person, "language", "") if person.is_authenticated else ""
        translation.activate(language or translation.get_language_from_request(request))
        timezone.activate(person.time_zone) if person.is_authenticated else timezone.deactivate()
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if not language:
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE or "en")
        return response
