# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.letters import send_letter
from mazot.products.manager.queries.organization import bytes_of
from mazot.products.manager.web.views.frame import attempt, needing
from mazot.tenancy.actions.organizations import switch_organization
from mazot.tenancy.actions.transfers import offer_transfer, revoke_transfer, take_transfer
from mazot.tenancy.manage import MANAGE_PRODUCTS
from mazot.tenancy.models import Membership, Transfer
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.queries.people import person_for
from mazot.tenancy.queries.transfers import consequences_of, movable_for, transfer_by_token, transfers_for
from mazot.tenancy.rules.roles import MANAGERS
from mazot.ui.toasts import toast_later


@needing(MANAGE_PRODUCTS)
@require_safe
def transfers(request: Any) -> HttpResponse:
    """What is offered and waits, and what can be offered."""
    waiting = list(transfers_for(request.actor))
    offered = {transfer.instance_id for transfer in waiting}
    movable = [one for one in movable_for(request.actor) if one.id not in offered]
    sizes = bytes_of(movable)
    context = {
        "place": "organization",
        "waiting": waiting,
        "movable": [(one, sizes[one.id]) for one in movable],
    }
    return render(request, "manager/pages/transfers.html", context)


@needing(MANAGE_PRODUCTS)
@require_http_methods(["GET", "POST"])
def offer(request: Any, instance_id: UUID) -> HttpResponse:
    """Show what a move means; a tick makes the link, the letter, or leads on to an organization of one's own."""
    instance = next((one for one in movable_for(request.actor) if one.id == instance_id), None)
    if instance is None:
        raise NotFound("not_found")
    own = [one.organization for one in _managed(request) if one.organization_id != instance.organization_id]
    error: DomainError | None = None
    if request.method == "POST":
        try:
            return _offered(request, instance, own)
        except (Conflict, NotAllowed, Refused) as refused:
            error = refused
    context = {
        "place": "organization",
        "instance": instance,
        "size": bytes_of([instance])[instance.id],
        "what": consequences_of(instance),
        "own": own,
        "error": error,
        "way": request.POST.get("way", "link"),
        "address": request.POST.get("address", ""),
    }
    return render(request, "manager/pages/transfer_new.html", context, status=422 if error else 200)


def _offered(request: Any, instance: Any, own: list[Any]) -> HttpResponse:
    way, address = request.POST.get("way", "link"), request.POST.get("address", "").strip()
    if "sure" not in request.POST:
        raise Refused("not_ticked", _("Tick the box first; nothing was offered."))
    if way == "letter":
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid("not_an_address", _("This is not an e-mail address."), field="address") from None
    receiver = next((one for one in own if str(one.id) == way), None)
    if receiver is None and way not in ("link", "letter"):
        raise NotFound("not_found")
    transfer, token = offer_transfer(request.actor, instance, receiver=receiver)
    link = settings.MAZOT.address + reverse("manager:transfer-take", args=[token])
    if receiver is not None:
        return redirect("manager:transfer-take", token=token)
    if way == "letter":
        _send(request, transfer, link, address)
        toast_later(request, _("The offer is on its way to %(address)s.") % {"address": address})
        return redirect("manager:transfers")
    return render(
        request, "manager/pages/transfer_link.html", {"place": "organization", "transfer": transfer, "link": link}
    )


@needing(MANAGE_PRODUCTS)
@require_POST
def revoke(request: Any, transfer_id: UUID) -> HttpResponse:
    transfer = transfers_for(request.actor).filter(id=transfer_id).first()
    if transfer is None:
        raise NotFound("not_found")
    said = _("The offer of %(product)s is taken back; its link opens nothing.") % {"product": transfer.instance.name}
    back = reverse("manager:transfers")
    return attempt(request, lambda: revoke_transfer(request.actor, transfer), said=said, back=back)


@login_required
@require_http_methods(["GET", "POST"])
def take(request: Any, token: str) -> HttpResponse:
    """What the holder of a link sees: the product, what comes along, and in which of their organizations it lands."""
    try:
        transfer = transfer_by_token(token)
    except NotFound:
        return render(request, "manager/pages/transfer_over.html", status=404)
    targets = [one for one in _managed(request) if _fits(transfer, one)]
    error: DomainError | None = None
    if request.method == "POST":
        target = next((one for one in targets if str(one.organization_id) == request.POST.get("target")), None)
        try:
            return _taken(request, target, token)
        except (Conflict, NotAllowed, Refused) as refused:
            error = refused
    context = {
        "transfer": transfer,
        "size": bytes_of([transfer.instance])[transfer.instance_id],
        "what": consequences_of(transfer.instance),
        "targets": [(str(one.organization_id), one.organization.name) for one in targets],
        "here": str(request.actor.organization_id),
        "error": error,
    }
    return render(request, "manager/pages/transfer_take.html", context, status=422 if error else 200)


def _taken(request: Any, target: Membership | None, token: str) -> HttpResponse:
    if target is None or "sure" not in request.POST:
        raise Refused("not_ticked", _("Choose an organization and tick the box; nothing has moved."))
    there = actor_in(person_for(request.actor), target, via="web", address=request.actor.address)
    instance = take_transfer(there, target.organization, token=token)
    switch_organization(request.actor, target.organization)
    said = _("%(product)s is in %(organization)s now.")
    toast_later(request, said % {"product": instance.name, "organization": target.organization.name})
    return redirect("manager:home")


def _managed(request: Any) -> list[Membership]:
    return [membership for membership in request.memberships if membership.role in MANAGERS]


def _fits(transfer: Transfer, membership: Membership) -> bool:
    here = membership.organization_id
    return here != transfer.organization_id and transfer.receiver_id in (None, here)


def _send(request: Any, transfer: Transfer, link: str, address: str) -> None:
    context = {"transfer": transfer, "giver": person_for(request.actor), "link": link}
    subject = render_to_string("manager/letters/transfer.subject.txt", context)
    send_letter(address, subject=subject, text=render_to_string("manager/letters/transfer.txt", context))
