# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import nh3
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from markdown_it import MarkdownIt

from mazot.foundation.blobs import blobs
from mazot.foundation.delivery import ArchiveEntry, deliver_archive, deliver_file
from mazot.foundation.errors import NotFound
from mazot.products.drive.actions.files import restore_revision
from mazot.products.drive.queries.entries import activity_of, crumbs, entry_for, revisions_of, selection_for
from mazot.products.drive.queries.order import order_of
from mazot.products.drive.queries.tree import files_below
from mazot.products.drive.web import listing
from mazot.products.drive.web.frame import chosen_ids, sidebar
from mazot.ui.toasts import toast_later

LONGEST_TEXT = 400_000  # bytes shown of a text; the whole is a download away
TEXTS = ("text/", "application/json", "application/xml", "application/toml", "application/yaml")
MARKDOWN = "text/markdown"


@login_required
@require_GET
def preview(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    entry = entry_for(actor, entry_id)
    if entry.is_folder:
        return redirect("drive:folder", entry_id=entry_id)
    kind = kind_of(entry.content_type)
    context = sidebar(request, space_id=entry.space_id) | {
        "entry": entry,
        "kind": kind,
        "look": listing.look_of(entry),
        "size": listing.size_said(entry.size),
        "when": listing.Told().day(entry.modified_at),
        "folder_name": listing.title_of(entry.parent, entry.space),
        "text": _text(entry) if kind in ("text", "markdown") else None,
        "is_cut": entry.size > LONGEST_TEXT,
    }
    return render(request, "drive/pages/file.html", context | _neighbours(actor, entry))


def kind_of(content_type: str) -> str:
    """How a content is shown: image, pdf, audio, video, text, markdown, or not at all."""
    if content_type == MARKDOWN:
        return "markdown"
    if content_type == "application/pdf":
        return "pdf"
    if content_type == "image/svg+xml":
        return "none"  # a drawing may carry script
    first = content_type.partition("/")[0]
    if first in ("image", "audio", "video"):
        return first
    return "text" if content_type.startswith(TEXTS) else "none"


def _text(entry: Any) -> str | SafeString:
    with blobs().open(entry.digest) as file:
        read = file.read(LONGEST_TEXT).decode("utf-8", errors="replace")
    if entry.content_type != MARKDOWN:
        return read
    html = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(read)
    # Pictures from elsewhere would tell their owner who reads this; the page's policy refuses them as well.
    return SafeString(nh3.clean(html, tags=nh3.ALLOWED_TAGS - {"img"}, url_schemes={"http", "https", "mailto"}))


def _neighbours(actor: Any, entry: Any) -> dict[str, str]:
    files = order_of(actor, entry.parent_id, entry.space).files
    at = files.index(entry.id)
    return {
        "previous": reverse("drive:file", args=[files[at - 1]]) if at > 0 else "",
        "following": reverse("drive:file", args=[files[at + 1]]) if at + 1 < len(files) else "",
    }


@login_required
@require_GET
@xframe_options_sameorigin
def content(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _delivered(request, entry_id, inline=True)


@login_required
@require_GET
def download(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    return _delivered(request, entry_id, inline=False)


def _delivered(request: HttpRequest, entry_id: UUID, *, inline: bool) -> HttpResponse:
    entry = entry_for(request.actor, entry_id)  # type: ignore[attr-defined]
    if entry.is_folder:
        raise NotFound("not_found")
    return deliver_file(
        request,
        entry.digest,
        name=entry.name,
        content_type=entry.content_type,
        inline=inline,
        modified_at=entry.modified_at,
    )


@login_required
@require_GET
def archive(request: HttpRequest) -> HttpResponse:
    """Everything that is marked, in one zip that is made while it is sent."""
    actor = request.actor  # type: ignore[attr-defined]
    selection = selection_for(actor, chosen_ids(request))
    first = selection.entries[0]
    if len(selection.entries) == 1 and not first.is_folder:
        return redirect("drive:download", entry_id=first.id)
    name = first.name if len(selection.entries) == 1 else _("Drive")

    def entries() -> Iterator[ArchiveEntry]:
        for found in files_below(actor, selection):
            yield ArchiveEntry(found.path, found.digest or None, found.size, found.modified_at)

    return deliver_archive(request, f"{name or _('My folder')}.zip", entries())


@login_required
@require_GET
def details(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    entry = entry_for(actor, entry_id)
    told = listing.Told()
    context = {
        "entry": entry,
        "look": listing.look_of(entry),
        "size": "" if entry.is_folder else listing.size_said(entry.size),
        "title": listing.title_of(entry, entry.space),
        "way": " › ".join(step.name or listing.title_of(step, entry.space) for step in crumbs(actor, entry)[:-1]),
        "changed": told.day(entry.modified_at),
        "created": told.day(entry.created_at),
        "revisions": [
            (kept, told.day(kept.at), listing.size_said(kept.size), at == 0)
            for at, kept in enumerate(revisions_of(actor, entry) if not entry.is_folder else [])
        ],
        "activity": [(said_of(fact.kind), told.day(fact.at), fact.via) for fact in activity_of(actor, entry, limit=20)],
    }
    return render(request, "drive/fragments/details.html", context)


def said_of(kind: str) -> str:
    return {
        "drive.EntryAdded": _("Added"),
        "drive.EntryRewritten": _("New version"),
        "drive.EntryMoved": _("Moved or renamed"),
        "drive.EntryCopied": _("Copied"),
        "drive.EntryTrashed": _("Put in the trash"),
        "drive.EntryRestored": _("Restored"),
    }.get(kind, kind)


@login_required
@require_GET
def revision(request: HttpRequest, entry_id: UUID, revision_id: UUID) -> HttpResponse:
    entry, kept = _revision(request, entry_id, revision_id)
    return deliver_file(request, kept.digest, name=entry.name, content_type=entry.content_type, modified_at=kept.at)


@login_required
@require_POST
def restore_version(request: HttpRequest, entry_id: UUID, revision_id: UUID) -> HttpResponse:
    entry, kept = _revision(request, entry_id, revision_id)
    restore_revision(request.actor, entry, revision=kept)  # type: ignore[attr-defined]
    toast_later(request, _("The earlier version of “%(name)s” is the current one again.") % {"name": entry.name})
    return redirect("drive:file", entry_id=entry.id)


def _revision(request: HttpRequest, entry_id: UUID, revision_id: UUID) -> tuple[Any, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    entry = entry_for(actor, entry_id)
    found = next((each for each in revisions_of(actor, entry) if each.id == revision_id), None)
    if found is None:
        raise NotFound("not_found")
    return entry, found
