# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_countries import countries

from mazot.foundation.errors import Conflict, DomainError, Invalid, NotAllowed
from mazot.foundation.pictures import ACCEPTED
from mazot.products.manager.queries.endings import against_deleting, against_leaving
from mazot.products.manager.queries.organization import FIELDS, KINDS
from mazot.products.manager.web.views.frame import needing
from mazot.tenancy.actions.details import set_contacts, set_details
from mazot.tenancy.details import IDENTITY, PURPOSES, stamp_of, stamp_of_contacts
from mazot.tenancy.manage import MANAGE_DETAILS, REPRESENT
from mazot.tenancy.models import Contact, Organization
from mazot.tenancy.models.organizations import Kind
from mazot.tenancy.queries.rights import holds
from mazot.ui.toasts import toast_later

TEXTS = ("name", "kind", "legal_name", "street", "postal_code", "city", "country", "phone", "website")
TITLES = {"billing": gettext_lazy("Billing"), "technical": gettext_lazy("Technical"), "legal": gettext_lazy("Legal")}


@needing(MANAGE_DETAILS)
@require_http_methods(["GET", "POST"])
def details(request: Any) -> HttpResponse:
    """What the organization says of itself; two forms, each refused when its part was saved in between."""
    organization = request.actor_membership.organization
    error = _save(request, organization) if request.method == "POST" else None
    if request.method == "POST" and error is None:
        return redirect("manager:organization")
    organization.refresh_from_db()
    return render(
        request, "manager/pages/organization.html", _context(request, organization, error), status=_status(error)
    )


def _save(request: Any, organization: Organization) -> DomainError | None:
    try:
        if request.POST.get("part") == "contacts":
            said = [
                {"purpose": purpose}
                | {part: request.POST.get(f"{purpose}_{part}", "") for part in ("name", "address", "phone")}
                for purpose in PURPOSES
            ]
            set_contacts(request.actor, organization, contacts=said, stamp=request.POST.get("stamp"))  # type: ignore[arg-type]
        else:
            set_details(request.actor, organization, stamp=request.POST.get("stamp"), **_typed(request, organization))
    except (Conflict, Invalid, NotAllowed) as refused:
        return refused
    toast_later(request, _("The organization is saved."))
    return None


def _typed(request: Any, organization: Organization) -> Any:
    """What the form sends; a field that is shown disabled is not sent, and stays as it is."""
    typed: dict[str, Any] = {name: request.POST[name] for name in TEXTS if name in request.POST}
    tint = request.POST.get("tint", str(organization.tint))
    return typed | {"tint": int(tint) if tint.isascii() and tint.isdigit() and len(tint) < 3 else 0}


def _context(request: Any, organization: Organization, error: DomainError | None) -> dict[str, Any]:
    is_contacts = request.POST.get("part") == "contacts"
    present = list(organization.contacts.all())
    typed = request.POST if error and not is_contacts else {}
    values = {name: typed.get(name, getattr(organization, name)) for name in (*TEXTS, "tint")}
    return {
        "place": "organization",
        "organization": organization,
        "values": values,
        "stamp": stamp_of(organization),
        "contacts": _lines(request.POST if error and is_contacts else {}, present),
        "contacts_stamp": stamp_of_contacts(present),
        "tints": range(1, 9),
        "kinds": list(KINDS.items()),
        "kind": KINDS[Kind(organization.kind)],
        "countries": [("", "—"), *countries],
        "accepted": ACCEPTED,
        "error": error,
        "field": error.facts.get("field", "") if error else "",
        "is_contacts": is_contacts,
        "others": _theirs(organization, typed) if isinstance(error, Conflict) else [],
        "represents": holds(request.actor, REPRESENT, organization),
        "identity": IDENTITY,
        "against_leaving": against_leaving(request.actor),
        "against_deleting": against_deleting(request.actor),
    }


def _lines(typed: Any, present: list[Contact]) -> list[dict[str, Any]]:
    by_purpose = {contact.purpose: contact for contact in present}
    return [
        {
            "purpose": purpose,
            "title": TITLES[purpose],
            **{
                part: typed.get(f"{purpose}_{part}", getattr(by_purpose.get(purpose), part, ""))
                for part in ("name", "address", "phone")
            },
        }
        for purpose in PURPOSES
    ]


def _theirs(organization: Organization, typed: Any) -> list[tuple[Any, Any]]:
    """What is saved now wherever it differs from what was typed."""
    return [
        (FIELDS[name], getattr(organization, name) or "—")
        for name in TEXTS
        if name in typed and typed[name] != getattr(organization, name)
    ]


def _status(error: DomainError | None) -> int:
    if error is None:
        return 200
    return 403 if isinstance(error, NotAllowed) else 409 if isinstance(error, Conflict) else 422
