# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Refused, SignInRefused
from mazot.products.mail.actions.doors import open_address
from mazot.products.mail.actions.inviting import attach_address, invite_to_address, withdraw_invited
from mazot.products.mail.actions.sharings import end_sharing, set_sharing, share_address
from mazot.products.mail.queries.sharings import invited_at, members_to_let_in, sharing_of
from mazot.products.mail.web.forms import AttachForm, InvitedForm, Nothing, PersonForm
from mazot.products.mail.web.frame import ask, attempt, managed_address
from mazot.products.mail.web.views.domains import rights_said
from mazot.ui.toasts import toast_later

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
@ASK
def invite(request: Any, address: Address) -> HttpResponseBase:
    """Invite somebody who is outside of the organization."""
    return ask(
        request,
        InvitedForm(request.POST or None),
        lambda said: invite_to_address(request.actor, address, login=said["login"]) and None,
        title=_("Invite somebody from outside"),
        verb=_("Send the invitation"),
        said=_("The letter is on its way. They find the address once they have accepted."),
        lead=_("They join your organization as an external person, and see of it what you give them."),
        back=_of(address),
    )


@managed_address
@require_POST
def withdraw(request: Any, address: Address, invited_id: UUID) -> HttpResponse:
    found = invited_at(address, invited_id)
    return attempt(
        request,
        lambda: withdraw_invited(request.actor, found),
        said=_("%(login)s is not let into the address any more.") % {"login": found.login},
        back=_of(address),
    )


@login_required
@never_cache
@ASK
def attach(request: Any) -> HttpResponseBase:
    """Come to an address with the password of one of its devices."""

    def deed(said: dict[str, Any]) -> HttpResponseBase:
        where = {"via": "web", "program": "web", "from_address": str(request.META.get("REMOTE_ADDR") or "")}
        try:
            opened = open_address(said["address"].strip(), said["password"], **where)
        except SignInRefused as error:
            sentence = _("This address is not opened by this password.")
            raise Refused("wrong_password", sentence, field="password") from error
        made = attach_address(request.actor, opened)
        toast_later(request, _("%(address)s is among your addresses.") % {"address": opened.address})
        return redirect("mail:address", made.address_id)

    return ask(
        request,
        AttachForm(request.POST or None),
        deed,
        title=_("Attach an address"),
        verb=_("Attach"),
        lead=_("An address of your organization that you read with a program already. You find it here then."),
        back=reverse("mail:home"),
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
