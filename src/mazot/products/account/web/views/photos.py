# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import BinaryIO, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mazot.foundation.errors import Invalid
from mazot.foundation.pictures import ACCEPTED, deliver_picture, keep_picture
from mazot.tenancy.actions.profile import set_photo
from mazot.tenancy.queries.people import photo_for
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later

EDGE = 512  # what is kept; 210 pixels are enough for every place that shows it (rule ACCT-4)


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Put a photo in the place of the initials, or take it away."""
    error = ""
    if request.method == "POST":
        try:
            said = _write(request)
        except Invalid as refused:
            error = str(refused.sentence)
        else:
            toast_later(request, said)
            return redirect("account:profile")
    context = {"error": error, "accepted": ACCEPTED}
    return render(request, "account/pages/photo.html", context, status=422 if error else 200)


@login_required
@require_safe
@open_to_newcomers
def show(request: HttpRequest, person_id: UUID, digest: str) -> HttpResponse:
    return deliver_picture(request, photo_for(request.actor, person_id, digest))  # type: ignore[attr-defined]


def _write(request: HttpRequest) -> str:
    if "remove" in request.POST:
        set_photo(request.actor, request.user, digest="")  # type: ignore[attr-defined, arg-type]
        return _("Your photo is removed.")
    upload = request.FILES.get("photo")
    if upload is None:
        raise Invalid("empty", _("Choose a picture first."), field="photo")
    kept = keep_picture(cast("BinaryIO", upload), field="photo", longest=EDGE, square=True)
    set_photo(request.actor, request.user, digest=kept.digest)  # type: ignore[attr-defined, arg-type]
    return _("Your photo is saved.")
