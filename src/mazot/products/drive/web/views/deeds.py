# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import Conflict, Invalid, NotFound
from mazot.foundation.ids import read_id
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.actions.places import copy_entries, move_entries, rename_entry
from mazot.products.drive.queries.entries import entry_for, selection_for, taken_names
from mazot.products.drive.web.frame import chosen_ids, sidebar, way_back
from mazot.products.drive.web.listing import title_of
from mazot.ui.errors import is_fragment
from mazot.ui.toasts import done, toast_later

CHANGED = "drive:changed"

MOST_NAMES = 1000


@login_required
@require_http_methods(["GET", "POST"])
def new_folder(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    here = entry_for(request.actor, entry_id)  # type: ignore[attr-defined]
    return _named_deed(
        request,
        here,
        deed=lambda name: make_folder(request.actor, here, name=name),  # type: ignore[attr-defined]
        said=_("“%(name)s” is made."),
        page="drive/pages/new_folder.html",
        back=reverse("drive:folder", args=[here.id]),
    )


@login_required
@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    entry = entry_for(request.actor, entry_id)  # type: ignore[attr-defined]
    was = request.POST.get("was", "")
    return _named_deed(
        request,
        entry,
        deed=lambda name: rename_entry(request.actor, entry, name=name, was=was),  # type: ignore[attr-defined]
        said=_("It is called “%(name)s” now."),
        page="drive/pages/rename.html",
        back=reverse("drive:folder", args=[entry.parent_id]) if entry.parent_id else "",
    )


def _named_deed(
    request: HttpRequest, entry: Any, *, deed: Callable[[str], Any], said: str, page: str, back: str
) -> HttpResponse:
    """Ask for a name and do something with it; a name that cannot be used keeps what was typed."""
    name = request.POST.get("name", entry.name if "rename" in page else "")
    error, status = None, 200
    if request.method == "POST":
        try:
            made = deed(name)
        except (Invalid, Conflict) as refused:
            if is_fragment(request):
                raise  # the dialog keeps what was typed, and a toast says what is wrong
            error, status = refused, 409 if isinstance(refused, Conflict) else 422
        else:
            return done(request, said % {"name": made.name}, back=way_back(request, back), fact=CHANGED)
    context = {"entry": entry, "name": name, "error": error, "back": way_back(request, back)}
    return render(request, page, sidebar(request, space_id=entry.space_id) | context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Upload through a plain form, for browsers without script; larger files take the resumable way."""
    here = entry_for(request.actor, entry_id)  # type: ignore[attr-defined]
    sent = request.FILES.getlist("files")
    if request.method == "POST" and sent:
        for file in sent:
            put_file(
                request.actor,  # type: ignore[attr-defined]
                here,
                name=file.name or "",
                blob=_kept(file),
                content_type=file.content_type or "",
                on_taken="keep_both",
            )
        toast_later(request, ngettext("%(n)s file is here.", "%(n)s files are here.", len(sent)) % {"n": len(sent)})
        return redirect("drive:folder", entry_id=here.id)
    return render(request, "drive/pages/upload.html", sidebar(request, space_id=here.space_id) | {"here": here})


@login_required
@require_POST
def taken(request: HttpRequest, entry_id: UUID) -> JsonResponse:
    """Which of these names are taken here, so that the page asks before it sends."""
    here = entry_for(request.actor, entry_id)  # type: ignore[attr-defined]
    names = request.POST.getlist("name")[:MOST_NAMES]
    return JsonResponse({"taken": taken_names(request.actor, here, names)})  # type: ignore[attr-defined]


def _kept(file: UploadedFile) -> Blob:
    with blobs().writer() as writer:
        for chunk in file.chunks():
            writer.write(chunk)
        return writer.finish()


@login_required
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    selection, target = selection_for(request.actor, chosen_ids(request)), _target(request)  # type: ignore[attr-defined]
    moved = move_entries(request.actor, selection, folder=target, on_taken="keep_both")  # type: ignore[attr-defined]
    said = ngettext("%(n)s entry is moved to %(folder)s.", "%(n)s entries are moved to %(folder)s.", len(moved))
    sentence = said % {"n": len(moved), "folder": title_of(target, target.space)}
    return done(request, sentence, back=way_back(request), fact=CHANGED)


@login_required
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    selection, target = selection_for(request.actor, chosen_ids(request)), _target(request)  # type: ignore[attr-defined]
    copied = copy_entries(request.actor, selection, folder=target)  # type: ignore[attr-defined]
    said = ngettext("%(n)s entry is copied to %(folder)s.", "%(n)s entries are copied to %(folder)s.", len(copied))
    sentence = said % {"n": len(copied), "folder": title_of(target, target.space)}
    return done(request, sentence, back=way_back(request), fact=CHANGED)


def _target(request: HttpRequest) -> Any:
    folder_id = read_id(request.POST.get("folder", ""))
    if folder_id is None:
        raise NotFound("not_found")
    return entry_for(request.actor, folder_id)  # type: ignore[attr-defined]
