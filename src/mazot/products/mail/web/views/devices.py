# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mazot.products.mail.actions.devices import (
    make_device_password,
    revoke_device_password,
    revoke_every_device_password,
)
from mazot.products.mail.queries.addresses import device_at
from mazot.products.mail.queries.settings import settings_for_programs
from mazot.products.mail.rights import DEVICES, END_DEVICES
from mazot.products.mail.web.forms import DeviceForm, Nothing
from mazot.products.mail.web.frame import ask, at_address, attempt, manages, page
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address

ASK = require_http_methods(["GET", "HEAD", "POST"])


@at_address
@never_cache
@ASK
def new(request: Any, address: Address) -> HttpResponseBase:
    """Make a password for one device; the answer alone shows it, with what a program asks for besides."""
    require(request.actor, DEVICES, address)

    def deed(said: dict[str, Any]) -> HttpResponseBase:
        device, secret = make_device_password(request.actor, address, name=said["name"])
        context = {
            "address": address,
            "device": device,
            "secret": secret,
            "place": f"own:{address.id}",
            "doors": settings_for_programs(),
            "service": None,
            "is_manager": manages(request, address),
        }
        return page(request, "device_made", context)

    return ask(
        request,
        DeviceForm(request.POST or None),
        deed,
        title=_("Connect a device"),
        verb=_("Make its password"),
        back=_of(address),
        lead=_("Each device has a password of its own, so that you can end one without touching the others."),
    )


@at_address
@require_POST
def end(request: Any, address: Address, device_id: UUID) -> HttpResponse:
    device = device_at(address, device_id)
    require(request.actor, END_DEVICES, device)
    return attempt(
        request,
        lambda: revoke_device_password(request.actor, device),
        said=_("“%(name)s” opens nothing any more.") % {"name": device.name},
        back=_of(address),
    )


@at_address
@ASK
def end_all(request: Any, address: Address) -> HttpResponseBase:
    return ask(
        request,
        Nothing(request.POST if request.method == "POST" else None),
        lambda _said: revoke_every_device_password(request.actor, address) and None,
        title=_("Disconnect all devices"),
        verb=_("Disconnect all"),
        said=_("Each device needs a new password from now on."),
        lead=_("Programs and telephones stop reading %(address)s. The web is not touched.") % {"address": address},
        back=_of(address),
    )


def _of(address: Address) -> str:
    return reverse("mail:address", args=[address.id])
