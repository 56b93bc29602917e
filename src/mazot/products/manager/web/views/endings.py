# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Conflict, DomainError, NotAllowed, Refused
from mazot.products.manager.queries.endings import against_deleting
from mazot.products.manager.queries.organization import bytes_of, live_products
from mazot.products.manager.web.views.frame import needing
from mazot.tenancy.actions.endings import delete_organization
from mazot.tenancy.manage import MANAGE_DETAILS
from mazot.ui.toasts import toast_later


@needing(MANAGE_DETAILS)
@require_http_methods(["GET", "POST"])
def delete(request: Any) -> HttpResponse:
    """Show what ends; products are ended on the way when each is ticked, one's own login typed does it."""
    organization, error = request.actor_membership.organization, None
    live = live_products(request.actor)
    sizes = bytes_of(live)
    if request.method == "POST":
        error = _delete(request, [one for one in live if str(one.id) in request.POST.getlist("ending")])
        if error is None:
            toast_later(request, _("%(name)s is deleted. Your account stays.") % {"name": organization.name})
            return redirect("account:memberships")
    context = {
        "place": "organization",
        "organization": organization,
        "products": [(one, sizes[one.id], str(one.id) in request.POST.getlist("ending")) for one in live],
        "reasons": against_deleting(request.actor),
        "error": error,
    }
    return render(request, "manager/pages/delete.html", context, status=422 if error else 200)


def _delete(request: Any, ending: list[Any]) -> DomainError | None:
    organization = request.actor_membership.organization
    if "sure" not in request.POST:
        return Refused("not_ticked", _("Tick the box first; nothing was deleted."))
    try:
        delete_organization(request.actor, organization, login=request.POST.get("login", ""), ending=ending)
    except (Conflict, NotAllowed, Refused) as refused:
        return refused
    return None
