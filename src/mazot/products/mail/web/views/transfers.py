# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail that is brought here from files and other servers, and taken out as files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.blobs import room_on_disk
from mazot.foundation.delivery import deliver_archive, deliver_bytes
from mazot.foundation.errors import Conflict, NotFound
from mazot.products.mail.actions.transfers import announce_file, bring_from_server, note_piece, stop_transfer
from mazot.products.mail.jobs import bring_mail
from mazot.products.mail.queries.addresses import store_of
from mazot.products.mail.queries.exporting import letters_as_files, letters_as_mbox, mailboxes_to_export
from mazot.products.mail.queries.mailboxes import mailboxes_for, require_reading
from mazot.products.mail.queries.transfers import path_of_file, transfer_of, transfers_of
from mazot.products.mail.rights import WRITE
from mazot.products.mail.web.forms import FileForm, ServerForm
from mazot.products.mail.web.frame import ask, at_address, attempt, tab_page
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address, Store, Transfer

ASK = require_http_methods(["GET", "HEAD", "POST"])
PIECE = 8 << 20
SAID: dict[str, str | Promise] = {
    "no_mail": gettext_lazy("This file is no mbox, no zip and no letter."),
    "unreadable": gettext_lazy("The zip cannot be read to its end; it may be torn."),
    "grows": gettext_lazy("The zip comes to far more than a file of its size may."),
    "too_many": gettext_lazy("There are more than 500,000 files in the zip."),
    "over_quota": gettext_lazy("The mailbox is full. What came in stays; make room and bring the rest."),
    "no_space": gettext_lazy("There is no room on the server’s disk. What came in stays."),
    "too_many_mailboxes": gettext_lazy("The address has as many folders as it may have."),
    "lost": gettext_lazy("What was received of the file is lost. Send it again."),
    "unreachable": gettext_lazy("The other server does not answer under this name and port."),
    "private": gettext_lazy(
        "That server is inside a private network. Whoever runs Mazot may allow it: private_imports."
    ),
    "insecure": gettext_lazy("The other server offers no encryption that can be trusted."),
    "refused": gettext_lazy("The other server does not take this user name and password."),
    "broken": gettext_lazy("The connection broke off. Bring it again: what came in stays, and nothing comes twice."),
    "fault": gettext_lazy("This is a fault of ours, and it is written down. What came in stays."),
}


@at_address
@require_safe
def overview(request: Any, address: Address) -> HttpResponse:
    """What is being brought here, how to bring more, and how to take it out."""
    store = _store(address)
    require_reading(request.actor, store)
    context = _told(request, store) | {
        "mailboxes": [("", _("All folders")), *((one.name, one.name) for one in mailboxes_for(request.actor, store))],
        "may_write": WRITE.check is not None and WRITE.check(request.actor, address),
        "file_form": FileForm(),
    }
    return tab_page(request, address, "transfers", "transfers", context)


@at_address
@require_safe
def state(request: Any, address: Address) -> HttpResponse:
    """How far an import is, for a page that asks again and again."""
    context = _told(request, _store(address)) | {"address": address}
    return render(request, "mail/fragments/transfers.html", context)


@at_address
@ASK
def server(request: Any, address: Address) -> HttpResponseBase:
    """Bring the mail of another server here."""
    store = _store(address)
    require(request.actor, WRITE, store)

    def deed(said: dict[str, Any]) -> None:
        made = bring_from_server(
            request.actor,
            store,
            host=said["host"],
            port=said["port"],
            login=said["login"],
            password=said["password"],
            into=said["into"],
        )
        bring_mail.later(str(made.id))

    return ask(
        request,
        ServerForm(request.POST or None),
        deed,
        title=_("Bring mail from another server"),
        verb=_("Bring the mail"),
        lead=_("Nothing changes there. Run it again as often as you like: each letter comes once."),
        said=_("The mail is on its way here."),
        back=_of(address),
    )


@at_address
@require_POST
def file(request: Any, address: Address) -> HttpResponseBase:
    """Bring a file: whole with the form, or announced by a page that sends its pieces."""
    store = _store(address)
    require(request.actor, WRITE, store)
    into = request.POST.get("into", "")[:200]
    given = request.FILES.get("file")
    if given is not None:
        return attempt(
            request,
            lambda: _whole(request, store, given, into),
            said=_("The mail is on its way here."),
            back=_of(address),
        )
    size = request.POST.get("size", "")
    wanted = int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0
    name = request.POST.get("name", "").replace("\0", "")[:255]
    made = announce_file(request.actor, store, name=name, size=wanted, into=into)
    return JsonResponse({"pieces": reverse("mail:transfer-piece", args=[address.id, made.id]), "size": PIECE})


@at_address
@require_POST
def piece(request: Any, address: Address, transfer_id: UUID) -> HttpResponse:
    """Take the bytes that follow on those that are here."""
    store = _store(address)
    require(request.actor, WRITE, store)
    found = transfer_of(request.actor, store, transfer_id)
    offset = request.GET.get("offset", "")
    if not offset.isascii() or not offset.isdecimal() or offset != str(found.received) or found.state != "coming":
        raise Conflict("wrong_offset", _("These bytes do not follow on those that are here."), received=found.received)
    received = _write(found, request.body)
    held = note_piece(request.actor, store, transfer=found, received=received)
    if held.state == "waiting":
        bring_mail.later(str(held.id))
    return JsonResponse({"received": received, "next": _of(address)})


@at_address
@require_POST
def stop(request: Any, address: Address, transfer_id: UUID) -> HttpResponse:
    store = _store(address)
    require(request.actor, WRITE, store)
    found = transfer_of(request.actor, store, transfer_id)
    return attempt(
        request,
        lambda: stop_transfer(request.actor, store, transfer=found),
        said=_("It is stopped. What came in stays."),
        back=_of(address),
    )


@at_address
@require_safe
def export(request: Any, address: Address) -> HttpResponseBase:
    """All letters of a folder or of every folder, as one file that is made while it is sent."""
    store = _store(address)
    folder = request.GET.get("folder", "")[:1000]
    mailboxes = mailboxes_to_export(request.actor, store, folder)
    name = str(address) + (f" {folder.replace('/', ' ')}" if folder else "")
    if request.GET.get("as") == "mbox":
        pieces = letters_as_mbox(request.actor, mailboxes)
        return deliver_bytes(request, f"{name}.mbox", pieces, content_type="application/mbox")
    return deliver_archive(request, f"{name}.zip", letters_as_files(request.actor, mailboxes))


def _told(request: Any, store: Store) -> dict[str, Any]:
    rows = []
    for one in transfers_of(request.actor, store):
        n_all = sum(n for _name, n, _done in one.folders)
        n_done = sum(done for _name, _n, done in one.folders)
        rows.append(
            {
                "transfer": one,
                "why": SAID.get(one.said, "") or (_("It could not be brought to its end.") if one.said else ""),
                "n_all": n_all,
                "n_done": n_done,
                "folder": next((name for name, _n, _done in reversed(one.folders)), ""),
            }
        )
    return {"rows": rows, "is_under_way": any(row["transfer"].finished_at is None for row in rows)}


def _whole(request: Any, store: Store, given: Any, into: str) -> None:
    made = announce_file(request.actor, store, name=str(given.name)[:255], size=given.size, into=into)
    for bytes_ in given.chunks(PIECE):
        made = note_piece(request.actor, store, transfer=made, received=_write(made, bytes_))
    bring_mail.later(str(made.id))


def _write(transfer: Transfer, content: bytes) -> int:
    """Put a piece where it belongs; how many bytes are here then. What goes beyond the file is none of it."""
    if transfer.received + len(content) > transfer.size:
        raise Conflict("wrong_offset", _("These bytes do not follow on those that are here."))
    path = path_of_file(transfer.id)
    with room_on_disk():
        path.touch()
        with path.open("r+b") as part:
            part.seek(transfer.received)
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
    return int(transfer.received + len(content))


def _store(address: Address) -> Store:
    store = store_of(address)
    if store is None:
        raise NotFound("not_found")
    return store


def _of(address: Address) -> str:
    return reverse("mail:transfers", args=[address.id])
