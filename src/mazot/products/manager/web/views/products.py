# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.exchange.registry import product as declared_product
from mazot.exchange.registry import products as declared_products
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.products.manager.queries.access import live_products
from mazot.products.manager.queries.why import reasons_on
from mazot.products.manager.web.views.frame import needing
from mazot.tenancy.actions.products import open_product, rename_product
from mazot.tenancy.manage import MANAGE_PRODUCTS
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.queries.people import found_by
from mazot.tenancy.queries.rights import count_who_reach, members_who_reach
from mazot.tenancy.queries.sentences import ROLES
from mazot.ui.toasts import toast_later

SHOWN, PEOPLE = 20, 50


@needing(MANAGE_PRODUCTS)
@require_safe
def products(request: Any) -> HttpResponse:
    words = request.GET.get("words", "")[:100]
    found = live_products(request.actor)
    page = Paginator(found.filter(name__icontains=words) if words else found, SHOWN).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    counts: dict[UUID, int] = {}
    kinds_shown = {key: kind for key in {one.product for one in shown} if (kind := declared_product(key))}
    for key, kind in kinds_shown.items():
        if kind.use is not None:
            counts |= count_who_reach([one for one in shown if one.product == key], kind.use)
    lines = [(one, kinds_shown[one.product], counts[one.id]) for one in shown if one.id in counts]
    kinds = [(one.key, one.title) for one in declared_products() if one.open_instance is not None]
    context = {"place": "products", "page": page, "lines": lines, "words": words, "kinds": kinds}
    return render(request, "manager/pages/products.html", context)


@needing(MANAGE_PRODUCTS)
@require_http_methods(["GET", "POST"])
def product(request: Any, instance_id: UUID) -> HttpResponse:
    """Who reaches it and why; its name."""
    instance = _instance(request, instance_id)
    declared, error = declared_product(instance.product), None
    if declared is None or declared.use is None:
        raise NotFound("not_found")
    if request.method == "POST":
        try:
            rename_product(request.actor, instance, name=request.POST.get("name", ""))
        except Invalid as refused:
            error = refused
        else:
            toast_later(request, _("The product has its new name."))
            return redirect("manager:product", instance.id)
    words = request.GET.get("words", "")[:100]
    reached = members_who_reach(instance, declared.use).select_related("person")
    found = found_by(reached, words).order_by("person__family_name", "person__given_name", "id")
    page = Paginator(found, PEOPLE).get_page(request.GET.get("page"))
    context = {
        "place": "products",
        "instance": instance,
        "declared": declared,
        "page": page,
        "lines": [
            (member, ROLES[member.role], account) for member, account in reasons_on(instance, list(page.object_list))
        ],
        "words": words,
        "error": error,
        "typed": request.POST.get("name", instance.name),
    }
    return render(request, "manager/pages/product.html", context, status=422 if error else 200)


@needing(MANAGE_PRODUCTS)
@require_POST
def open_another(request: Any) -> HttpResponse:
    """One more product of a kind that can be opened by hand."""
    declared = declared_product(request.POST.get("product", ""))
    if declared is None or declared.open_instance is None:
        toast_later(request, _("Such a product cannot be opened by hand."), kind="warning")
        return redirect("manager:products")
    try:
        made = open_product(
            request.actor,
            request.actor_membership.organization,
            product=declared.key,
            name=request.POST.get("name", ""),
        )
    except (Conflict, Invalid, Refused) as refused:
        toast_later(request, " ".join(filter(None, (str(refused.sentence), str(refused.way_out)))), kind="warning")
        return redirect("manager:products")
    toast_later(request, _("“%(name)s” is open. Say now who reaches it.") % {"name": made.name})
    return redirect(reverse("manager:product", args=[made.id]))


def _instance(request: Any, instance_id: UUID) -> ProductInstance:
    found: ProductInstance | None = live_products(request.actor).filter(id=instance_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
