# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.products.mail.actions.sharings import end_sharing, set_sharing, share_address
from mazot.products.mail.queries.sharings import members_to_let_in, sharing_of
from mazot.products.mail.web.forms import Nothing, PersonForm
from mazot.products.mail.web.frame import ask, attempt, managed_address
from mazot.products.mail.web.views.domains import rights_said

if TYPE_CHECKING:
    from mazot.products.mail.models import Address

ASK = require_http_methods(["GET", "HEAD", "POST"])
TO_CHOOSE = 500


@managed_address
@ASK
def new(request: Any, address: Address) -> HttpResponseBase:
    """Let somebody into the address."""
    members = {str(one.id): one for one in members_to_let_in(address)[:TO_CHOOSE]}
    form = PersonForm(request.POST or None)
    form.fields["member"].choices = [(key, one.person.name) for key, one in members.items()]  # type: ignore[attr-defined]

    def deed(said: dict[str, Any]) -> None:
        share_address(request.actor, address, member=members[said["member"]], is_keeper=bool(said["is_keeper"]))

    return ask(
        request,
        form,
        deed,
        title=_("Let somebody in"),
        verb=_("Let in"),
        said=_("They find the address in their mail at once."),
        back=_of(address),
    )


@managed_address
@require_POST
def rights(request: Any, address: Address, sharing_id: UUID) -> HttpResponse:
    """The twelve switches of one person."""
    found = sharing_of(address, sharing_id)
    said = rights_said(request)
    return attempt(
        request,
        lambda: set_sharing(request.actor, found, rights=said, is_keeper="keeper" in request.POST),
        said=_("What %(name)s may do is saved.") % {"name": found.person.name},
        back=_of(address),
    )


@managed_address
@ASK
def end(request: Any, address: Address, sharing_id: UUID) -> HttpResponseBase:
    """Take the address from a person, and disconnect their devices."""
    found = sharing_of(address, sharing_id)
    return ask(
        request,
        Nothing(request.POST if request.method == "POST" else None),
        lambda _said: end_sharing(request.actor, found),
        title=_("Take the address from %(name)s") % {"name": found.person.name},
        verb=_("Take it from them"),
        said=_("They do not read it any more, and their devices are disconnected."),
        lead=_("They do not read %(address)s any more, and their devices at it are disconnected. The mail stays.")
        % {"address": address},
        back=_of(address),
    )


def _of(address: Address) -> str:
    return reverse("mail:address", args=[address.id])
