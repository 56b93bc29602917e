# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.products.mail.actions.addresses import set_address
from mazot.products.mail.actions.redirections import ask_redirection, remove_redirection
from mazot.products.mail.queries.redirections import redirection_of
from mazot.products.mail.rights import REDIRECT
from mazot.products.mail.web.forms import RedirectionForm
from mazot.products.mail.web.frame import ask, at_address, attempt, managed_address
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address

ASK = require_http_methods(["GET", "HEAD", "POST"])


@at_address
@ASK
def new(request: Any, address: Address) -> HttpResponseBase:
    """Ask another address whether it takes this one's mail."""
    require(request.actor, REDIRECT, address)
    return ask(
        request,
        RedirectionForm(request.POST or None),
        lambda said: ask_redirection(request.actor, address, goes_to=said["goes_to"]) and None,
        title=_("Send mail on"),
        verb=_("Ask by letter"),
        said=_("The letter is on its way. Mail is sent on once they accept."),
        back=_of(address),
    )


@managed_address
@require_POST
def copies(request: Any, address: Address) -> HttpResponse:
    """Keep what is sent on, or not."""
    keeps = request.POST.get("keeps") == "1"
    said = _("What is sent on is kept here too.") if keeps else _("What is sent on is not kept here.")
    return attempt(
        request, lambda: set_address(request.actor, address, keeps_copies=keeps), said=said, back=_of(address)
    )


@at_address
@require_POST
def end(request: Any, address: Address, redirection_id: UUID) -> HttpResponse:
    found = redirection_of(address, redirection_id)
    require(request.actor, REDIRECT, found)
    return attempt(
        request,
        lambda: remove_redirection(request.actor, found),
        said=_("Nothing is sent on to %(goes_to)s any more.") % {"goes_to": found.goes_to},
        back=_of(address),
    )


def _of(address: Address) -> str:
    return reverse("mail:address", args=[address.id])
