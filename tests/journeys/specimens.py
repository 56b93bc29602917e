# SPDX-License-Identifier: AGPL-3.0-or-later
"""The specimen pages, and a few answers for the islands to meet."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from mazot.foundation.errors import Conflict
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui import design
from mazot.ui.toasts import toast, toast_later, trigger


@open_to_newcomers
def playground(request: HttpRequest) -> HttpResponse:
    if request.GET.get("told"):
        toast_later(request, "The folder is in the trash.", undo="/undo")
    return render(request, "journeys/playground.html", {"shell": design.frame("drive", "light")})


@open_to_newcomers
def deed(request: HttpRequest) -> HttpResponse:
    return toast(HttpResponse(f'<p id="list">Done {request.method}</p>'), "Done “Ünïcode”.", undo="/undo")


@open_to_newcomers
def undo(_request: HttpRequest) -> HttpResponse:
    return trigger(HttpResponse(status=204), "drive:undone")


@open_to_newcomers
def conflict(_request: HttpRequest) -> HttpResponse:
    raise Conflict("exists", "A file of this name is already here.")


@open_to_newcomers
def strange(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>502 of a proxy</h1>", status=502)


@open_to_newcomers
def sent_dialog(request: HttpRequest) -> HttpResponse:
    return render(request, "journeys/dialog.html")


@login_required
def closed(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("inside")


@open_to_newcomers
def login(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<!doctype html><title>Log in</title><p id=next>{request.GET['next']}</p>")


urlpatterns = [
    *design.addresses,
    path("playground", playground),
    path("deed", deed),
    path("undo", undo),
    path("conflict", conflict),
    path("strange", strange),
    path("dialog", sent_dialog),
    path("closed", closed),
    path("login", login),
]
handler404 = "mazot.ui.errors.not_found"
