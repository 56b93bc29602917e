# SPDX-License-Identifier: AGPL-3.0-or-later
"""Before every operation: drop cookies, bound the body, read the token, keep the pace, and answer a repetition once."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from mazot.foundation.errors import DomainError
from mazot.heads.api.problems import answer, from_domain
from mazot.tenancy.actions.bearers import (
    Bearer,
    admit_token,
    claim_answer,
    count_request,
    give_back,
    keep_answer,
    kept_body,
)
from mazot.tenancy.models import IdempotentAnswer
from mazot.tenancy.rules.windows import Window

BODY_LIMIT = 256 * 1024
BELOW = "/api/"
OPEN = ("/api/v1/openapi.json",)
PAGE = "/api/v1/"  # the documentation, a page like others
READS = ("GET", "HEAD", "OPTIONS")
KEY = re.compile(r"[!-~]{1,120}")

Handler = Callable[[HttpRequest], HttpResponse]


class GuardMiddleware:
    """The first middleware: what is below /api/ never sees a session, a cookie or a redirect to the sign-in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(BELOW) or request.path == PAGE:
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # without cookies there is nothing to forge
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = self._guarded(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    def _guarded(self, request: HttpRequest) -> HttpResponse:
        refusal = _unusable(request)
        if refusal is not None or request.path in OPEN:
            return refusal or self.get_response(request)
        try:
            bearer = _bearer(request)
        except DomainError as error:
            return from_domain(request, error)
        if bearer is None:
            return self.get_response(request)
        request.bearer = bearer  # type: ignore[attr-defined]
        with translation.override(bearer.person.language):
            return self._paced(request, bearer)

    def _paced(self, request: HttpRequest, bearer: Bearer) -> HttpResponse:
        window = count_request(bearer.token, is_read=request.method in READS, address=bearer.actor.address)
        if window.is_over:
            title = _("This token asked %(limit)d times in a minute. The next minute begins in %(wait)d seconds.")
            told = title % {"limit": window.limit, "wait": window.wait}
            response = answer(429, "too_many", told, headers={"Retry-After": str(window.wait)}, limit=window.limit)
        elif request.method == "POST" and "Idempotency-Key" in request.headers:
            response = _once(request, bearer, self.get_response)
        else:
            response = self.get_response(request)
        return _with_window(response, window)


def _unusable(request: HttpRequest) -> HttpResponse | None:
    """What no operation is ever asked: bodies that are too big, and letters that no text contains."""
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if size > BODY_LIMIT:
        return answer(413, "too_big", _("A request to the API has at most 256 KiB."), limit=BODY_LIMIT)
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return answer(400, "malformed", _("The address of this request holds a NUL character."))
    return None


def _bearer(request: HttpRequest) -> Bearer | None:
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    address = request.META.get("REMOTE_ADDR") or ""
    return admit_token(sent.strip(), address=address, program=request.headers.get("User-Agent", "")[:200])


def _once(request: HttpRequest, bearer: Bearer, get_response: Handler) -> HttpResponse:
    """Carry out a request with an idempotency key, unless it was carried out before: then its answer comes again."""
    key = request.headers["Idempotency-Key"]
    if not KEY.fullmatch(key):
        title = _("An idempotency key has 1 to 120 letters, digits and signs, without spaces.")
        return answer(422, "bad_idempotency_key", title, field="Idempotency-Key", limit=120)
    said = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    digest = hashlib.sha256(said).hexdigest()
    kept, is_ours = claim_answer(bearer.token, key, request_digest=digest)
    if kept.request_digest != digest:
        return answer(422, "other_request", _("This key was used for another request."), field="Idempotency-Key")
    if not is_ours:
        return _again(kept)
    try:
        response = get_response(request)
        if response.status_code >= 500 or response.status_code == 429:
            give_back(kept)
        else:
            keep_answer(kept, status=response.status_code, body=_kept_body(response))
    except BaseException:
        give_back(kept)
        raise
    return response


def _kept_body(response: HttpResponse) -> dict[str, Any]:
    return {"type": response.headers.get("Content-Type", ""), "text": response.content.decode()}


def _again(kept: IdempotentAnswer) -> HttpResponse:
    body = kept_body(kept)
    if body is None:
        title = _("The first request with this key is still being answered.")
        return answer(409, "in_flight", title, headers={"Retry-After": "1"}, field="Idempotency-Key")
    response = HttpResponse(body["text"], status=kept.status, content_type=body["type"] or None)
    response["Idempotent-Replayed"] = "true"
    return response


def _with_window(response: HttpResponse, window: Window) -> HttpResponse:
    response["RateLimit-Limit"] = str(window.limit)
    response["RateLimit-Remaining"] = str(window.left)
    response["RateLimit-Reset"] = str(window.wait)
    return response
