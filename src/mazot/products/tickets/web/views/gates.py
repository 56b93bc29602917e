# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate in the back office: who is let in where, the scanners, and what they saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation import clock
from mazot.products.tickets.actions.gates import (
    make_list,
    open_gate,
    pair_device,
    remove_list,
    revoke_device,
    set_list,
)
from mazot.products.tickets.queries.gates import (
    SENTENCES,
    device_for,
    devices_of,
    figures_of,
    gates_of,
    pairing_code,
    scans_of,
    zones_of,
)
from mazot.products.tickets.rights import CONTROL
from mazot.products.tickets.rules.codes import code_of
from mazot.products.tickets.web.forms.gates import DeviceAsked, ListAsked
from mazot.products.tickets.web.frame import ask, attempt, in_shop, on_date, on_list, page

if TYPE_CHECKING:
    from mazot.products.tickets.models import CheckinList, Performance, Shop


@require_safe
@in_shop(CONTROL)
def gate(request: Any, shop: Shop) -> HttpResponse:
    context = {"place": "gate", "gates": gates_of(shop), "devices": devices_of(shop)}
    return page(request, shop, "gate", context)


@require_safe
@on_list
def gate_list(request: Any, found: CheckinList) -> HttpResponse:
    """One list: its figures, what is in doubt, and the newest scans."""
    shop = found.performance.event.shop
    only = request.GET.get("show") == "conflicts"
    scans = [(scan, SENTENCES[scan.result]()) for scan in scans_of(found, only_conflicts=only)]
    context = {"place": "gate", "list": found, "figures": figures_of(found), "scans": scans, "only": only}
    context["devices"] = [device for device in devices_of(shop) if device.list_id == found.id]
    return _page_or_part(request, shop, "gate_list", "gate_live", context)


@require_http_methods(["GET", "HEAD", "POST"])
@on_date(CONTROL)
def gate_list_new(request: Any, performance: Performance) -> HttpResponse:
    form = ListAsked(request.POST or None, zones=zones_of(performance))
    return ask(
        request,
        performance.event.shop,
        form,
        lambda what: make_list(request.actor, performance, **what),
        title=_("New check-in list"),
        verb=_("Make it"),
        said=_("The list is there."),
        back=reverse("tickets:gate", args=[performance.event.shop_id]),
        place="gate",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@on_list
def gate_list_edit(request: Any, found: CheckinList) -> HttpResponse:
    before = {
        name: getattr(found, name) for name in ("name", "zones", "mode", "admits_unpaid", "opens_at", "closes_at")
    }
    form = ListAsked(request.POST or None, zones=zones_of(found.performance), initial=before)
    return ask(
        request,
        found.performance.event.shop,
        form,
        lambda what: set_list(request.actor, found, **what),
        title=_("Check-in list"),
        verb=_("Save"),
        said=_("The list is changed."),
        back=reverse("tickets:gate-list", args=[found.id]),
        place="gate",
    )


@require_POST
@on_list
def gate_list_remove(request: Any, found: CheckinList) -> HttpResponse:
    back = reverse("tickets:gate", args=[found.performance.event.shop_id])
    return attempt(request, lambda: remove_list(request.actor, found), said=_("The list is gone."), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
@on_date(CONTROL)
def gate_pair(request: Any, performance: Performance) -> HttpResponse:
    """Ask for a name, then go where the one code stands that lets a device in."""
    shop, lists = performance.event.shop, list(performance.lists.order_by("id"))
    form = DeviceAsked(request.POST or None, lists=lists, initial={"list": request.GET.get("list", "")})
    context: dict[str, Any] = {"place": "gate", "performance": performance, "form": form}
    context["back"] = reverse("tickets:gate", args=[shop.id])
    if request.method == "POST" and form.is_valid():
        chosen = next((one for one in lists if str(one.id) == form.cleaned_data["list"]), None)
        checkin = chosen or open_gate(request.actor, performance)
        name, where = form.cleaned_data["name"], form.cleaned_data["gate"]
        device, _code = pair_device(request.actor, checkin, name=name, gate=where)
        return HttpResponseRedirect(reverse("tickets:gate-code", args=[device.id]))
    return page(request, shop, "gate_pair", context, status=422 if form.is_bound else 200)


@require_safe
@login_required
def gate_code(request: Any, device_id: UUID) -> HttpResponse:
    """The code that lets a device in, while it waits for one; loading it again makes no second device."""
    device = device_for(request.actor, device_id)
    performance = device.list.performance
    context: dict[str, Any] = {"place": "gate", "device": device, "performance": performance}
    context["back"] = reverse("tickets:gate", args=[device.shop_id])
    if device.pairing and device.pairing_until is not None and device.pairing_until > clock.now():
        code, address = pairing_code(device), request.build_absolute_uri(reverse("gate"))
        drawing = code_of(f"{address}?code={code}")
        context |= {"code": code, "address": address}
        context["drawing"] = mark_safe(drawing)  # noqa: S308 - drawn by us from an address of ours
    return _page_or_part(request, device.shop, "gate_paired", "gate_code", context)


@require_POST
@login_required
def gate_revoke(request: Any, device_id: UUID) -> HttpResponse:
    found = device_for(request.actor, device_id)
    back = reverse("tickets:gate", args=[found.shop_id])
    return attempt(request, lambda: revoke_device(request.actor, found), said=_("The scanner is ended."), back=back)


def _page_or_part(request: Any, shop: Shop, name: str, part: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or the part of it that the open page looks at again every few seconds."""
    if request.headers.get("HX-Request-Type") == "partial":
        answer = render(request, f"tickets/fragments/{part}.html", context | {"shop": shop})
    else:
        answer = page(request, shop, name, context)
    answer["Vary"] = "HX-Request-Type, Cookie"
    answer["Cache-Control"] = "private, no-store"
    return answer
