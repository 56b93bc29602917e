# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that fail on purpose, one way each."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from mazot.foundation import errors
from mazot.tenancy.web.middleware import open_to_newcomers

FAILURES: dict[str, Exception] = {
    "not-found": errors.NotFound("not_found"),
    "not-allowed": errors.NotAllowed("right_missing", "Change files in common folders"),
    "scope": errors.NotAllowed("scope", "Use Drive"),
    "conflict": errors.Conflict("exists", "A file of this name is already here.", way_out="Choose another name."),
    "locked": errors.Locked("locked"),
    "over-quota": errors.OverQuota("over_quota"),
    "too-large": errors.OverQuota("too_large", "A file may have 5 GB at most."),
    "invalid": errors.Invalid("name_too_long", "A name has 255 letters at most."),
    "refused": errors.Refused("last_representative", "An organization keeps one legal representative."),
    "too-many": errors.TooMany("too_many", wait=42),
    "busy": errors.Busy("busy"),
    "no-space": errors.NoSpace("no_space"),
    "http404": Http404("secret path"),
    "denied": PermissionDenied(),
    "too-big": RequestDataTooBig("too big"),
    "broken": RuntimeError("secret detail"),
    "attack": errors.Conflict("exists", '<script>alert(1)</script> "Ünïcode"'),
}


@open_to_newcomers
def fail(_request: HttpRequest, how: str) -> HttpResponse:
    raise FAILURES[how]


@login_required
def closed(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>inside</p>")


def post(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("word", ""))


@open_to_newcomers
def said(_request: HttpRequest, word: str) -> HttpResponse:
    return HttpResponse(word, content_type="text/plain")


urlpatterns = [path("fail/<slug:how>", fail), path("closed", closed), path("post", post), path("said/<str:word>", said)]
handler400 = "mazot.ui.errors.bad_request"
handler403 = "mazot.ui.errors.forbidden"
handler404 = "mazot.ui.errors.not_found"
handler500 = "mazot.ui.errors.server_error"
