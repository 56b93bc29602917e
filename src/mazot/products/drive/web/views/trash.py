# SPDX-License-Identifier: AGPL-3.0-or-later
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from mazot.products.drive.actions.trash import empty_trash, erase_entries, restore_entries, trash_entries
from mazot.products.drive.queries.entries import selection_for
from mazot.products.drive.queries.spaces import limit_of
from mazot.products.drive.queries.trash import trash_for, trashed_selection_for
from mazot.products.drive.web import listing
from mazot.products.drive.web.frame import chosen_ids, sidebar, way_back
from mazot.ui.toasts import done, toast_later

SHOWN = 500


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    context = sidebar(request, place="trash")
    found = list(trash_for(request.actor, context["drive"])[:SHOWN])  # type: ignore[attr-defined]
    told = listing.Told()
    shown = [(listing.look_of(gone.entry), gone, told.day(gone.at), listing.size_said(gone.size)) for gone in found]
    context |= {"found": shown, "days": limit_of(context["drive"], "trash_days")}
    return render(request, "drive/pages/trash.html", context)


@login_required
@require_POST
def put(request: HttpRequest) -> HttpResponse:
    gone = trash_entries(request.actor, selection_for(request.actor, chosen_ids(request)))  # type: ignore[attr-defined]
    said = ngettext("%(n)s entry is in the trash.", "%(n)s entries are in the trash.", len(gone)) % {"n": len(gone)}
    back = way_back(request)
    query = urlencode([*(("ids", str(each.entry_id)) for each in gone), ("next", back)])
    # An address has a limit; a larger deed is undone in the trash itself.
    undo = f"{reverse('drive:trash-restore')}?{query}" if len(gone) <= 40 else ""
    return done(request, said, back=back, undo=undo, fact="drive:changed")


@login_required
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    if "ids" not in request.POST and "ids" in request.GET:
        request.POST = request.GET  # type: ignore[assignment] # the undo of a toast names what it brings back
    back = restore_entries(request.actor, trashed_selection_for(request.actor, chosen_ids(request)))  # type: ignore[attr-defined]
    changed = next((each for each in back if each.is_elsewhere or each.is_renamed), None)
    if len(back) == 1 and changed is not None:
        said = _("It is back in “%(folder)s” as “%(name)s”.") % {
            "folder": changed.folder.name or _("My folder"),
            "name": changed.entry.name,
        }
    else:
        said = ngettext("%(n)s entry is back.", "%(n)s entries are back.", len(back)) % {"n": len(back)}
    return done(request, said, back=way_back(request, reverse("drive:trash")), fact="drive:changed")


@login_required
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Ask once, then erase for good."""
    chosen = trashed_selection_for(request.actor, chosen_ids(request))  # type: ignore[attr-defined]
    if "sure" not in request.POST:
        context = sidebar(request, place="trash") | {"entries": chosen.entries}
        return render(request, "drive/pages/erase.html", context)
    freed = erase_entries(request.actor, chosen)  # type: ignore[attr-defined]
    toast_later(request, _("It is erased. %(size)s are free again.") % {"size": listing.size_said(freed)})
    return redirect("drive:trash")


@login_required
@require_POST
def empty(request: HttpRequest) -> HttpResponse:
    freed = empty_trash(request.actor, sidebar(request)["drive"])  # type: ignore[attr-defined]
    toast_later(request, _("The trash is empty. %(size)s are free again.") % {"size": listing.size_said(freed)})
    return redirect("drive:trash")
