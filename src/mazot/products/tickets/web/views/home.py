# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.products.tickets.actions.shops import close_shop, publish_shop
from mazot.products.tickets.queries.checklist import Check, checklist_of
from mazot.products.tickets.queries.shops import shops_for
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.web.frame import ANY, attempt, in_shop, page
from mazot.products.tickets.web.places import address_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop


@login_required
@require_safe
def home(request: Any) -> HttpResponse:
    """The ticket shops this person reaches; the only one is opened at once."""
    shops = list(shops_for(request.actor)[:200])
    if len(shops) == 1:
        return redirect("tickets:events", shops[0].id)
    return render(request, "tickets/pages/home.html", {"shops": shops})


@in_shop(*ANY)
@require_safe
def ready(request: Any, shop: Shop) -> HttpResponse:
    """What the shop still needs before buyers come in, as it is at this moment."""
    checks = checklist_of(shop)
    context = {
        "place": "ready",
        "hard": [(check, _where(shop, check)) for check in checks if check.is_hard],
        "soft": [(check, _where(shop, check)) for check in checks if not check.is_hard],
        "n_missing": sum(1 for check in checks if check.is_hard and not check.passes),
    }
    return page(request, shop, "ready", context)


@in_shop(TECHNICAL)
@require_POST
def turn(request: Any, shop: Shop) -> HttpResponse:
    """Open the shop to buyers, or close it."""
    back = address_of("ready", shop)
    if request.POST.get("to") == "open":
        said = _("Buyers can come in now.")
        return attempt(request, lambda: publish_shop(request.actor, shop), said=said, back=back)
    said = _("The shop is closed to buyers. Orders and tickets stay as they are.")
    return attempt(request, lambda: close_shop(request.actor, shop), said=said, back=back)


def _where(shop: Shop, check: Check) -> str:
    return address_of(check.place, shop, check.about)
