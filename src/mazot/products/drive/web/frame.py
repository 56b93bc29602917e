# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands around every page of Drive: the places in the sidebar, the storage gauge, where to go back to."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid, NotFound
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.queries.spaces import drives_for, spaces_for, usage_of
from mazot.products.drive.web.listing import size_said

PERCENT = 100


def sidebar(request: HttpRequest, *, place: str = "", space_id: UUID | None = None) -> dict[str, Any]:
    """Context of the sidebar; makes the person's own folder at their first visit."""
    actor = request.actor  # type: ignore[attr-defined]
    drive = drives_for(actor).first()
    if drive is None:
        raise NotFound("no_drive", _("Your organization has no drive that you can open."))
    spaces = list(spaces_for(actor, drive))
    own = next((space for space in spaces if space.person_id == actor.person_id), None)
    if own is None:
        own = open_own_folder(actor, drive)
    used, allowed = usage_of(actor, drive)
    return {
        "drive": drive,
        "own": own,
        "common": [space for space in spaces if space.person_id is None],
        "place": place,
        "space_id": space_id,
        "used": used,
        "allowed": allowed,
        "used_said": size_said(used),
        "allowed_said": size_said(allowed) if allowed is not None else "",
        "is_nearly_full": allowed is not None and used * 10 >= allowed * 9,
    }


def way_back(request: HttpRequest, otherwise: str = "") -> str:
    """Where a deed returns to: the page it was done on, never outside this house."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return otherwise or reverse("drive:home")


def chosen_ids(request: HttpRequest) -> list[UUID]:
    """The entries that are marked on the page."""
    sent = request.POST.getlist("ids") if request.method == "POST" else request.GET.getlist("ids")
    try:
        ids = [UUID(each) for each in sent]
    except ValueError:
        raise NotFound("not_found") from None
    if not ids:
        raise Invalid("nothing_chosen", _("Nothing is selected. Mark one file or folder first."), field="ids")
    return ids
