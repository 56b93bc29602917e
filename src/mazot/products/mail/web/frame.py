# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of the mail services share: what they are about, and how a question is asked and a refusal told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation.errors import Busy, Conflict, DomainError, NotAllowed, OverQuota, Refused
from mazot.products.mail.queries.addresses import KINDS, address_seen
from mazot.products.mail.queries.domains import service_for, services_for
from mazot.products.mail.rights import MANAGE, rights_on
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rights import require
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.mail.models import Address, Service

View = Callable[..., HttpResponseBase]
TOLD = (Busy, Conflict, NotAllowed, OverQuota, Refused)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of an address beside the others: its route takes `address_id`; it stands there for whoever may open it."""

    key: str
    title: str | Promise
    route: str
    bit: AddressRight | None = None  # the switch that opens it; without one everybody who reads the address
    for_managers: bool = True  # whether managers of the service open it too
    keeps_mail: bool = True  # whether only real addresses have it


TABS = (
    Tab("address", _("Address"), "mail:address", keeps_mail=False),
    Tab("log", _("Delivery log"), "mail:log", bit=AddressRight.LOG),
    Tab("filters", _("Filters"), "mail:filters", bit=AddressRight.RULES, for_managers=False),
    Tab("replies", _("Automatic reply"), "mail:replies", bit=AddressRight.REPLIES, for_managers=False),
    Tab("deleted", _("Deleted mail"), "mail:deleted", bit=AddressRight.RESTORE, for_managers=False),
    Tab("transfers", _("Import and export"), "mail:transfers", for_managers=False),
)


def in_service(view: View) -> View:
    """Open a page about `service_id` to those who manage it; the view gets the service."""

    @wraps(view)
    def opened(request: Any, service_id: UUID, **parts: Any) -> HttpResponseBase:
        request.mail_services = found = _services(request)
        here = next((one for one in found if one.id == service_id), None)
        return view(request, here or service_for(request.actor, service_id), **parts)

    return login_required(opened)


def at_address(view: View) -> View:
    """Open a page about `address_id` to its people and to those who manage its service; the view gets the address."""

    @wraps(view)
    def opened(request: Any, address_id: UUID, **parts: Any) -> HttpResponseBase:
        return view(request, address_seen(request.actor, address_id), **parts)

    return login_required(opened)


def managed_address(view: View) -> View:
    """The same for what only those who manage the service may do."""

    @wraps(view)
    def opened(request: Any, address: Address, **parts: Any) -> HttpResponseBase:
        require(request.actor, MANAGE, address)
        return view(request, address, **parts)

    return at_address(opened)


def manages(request: Any, address: Address) -> bool:
    return holds(request.actor, MANAGE, address)


def page(request: Any, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page inside the frame, with the services of the sidebar."""
    around = {"services": getattr(request, "mail_services", None) or _services(request)}
    return render(request, f"mail/pages/{name}.html", around | context, status=status)


def _services(request: Any) -> list[Service]:
    """The services that the sidebar shows."""
    return list(services_for(request.actor)[:100])


def tabs_of(address: Address, held: AddressRight | None, *, is_manager: bool) -> list[Tab]:
    """The tabs that somebody with these rights on an address finds."""

    def opens(tab: Tab) -> bool:
        if tab.keeps_mail and address.kind != "real":
            return False
        by_right = held is not None and (tab.bit is None or bool(held & tab.bit))
        return by_right or (tab.for_managers and is_manager)

    return [tab for tab in TABS if opens(tab)]


def tab_page(
    request: Any, address: Address, tab: str, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Draw a page of an address (its template extends `mail/pages/tab.html`) under its head and its tabs."""
    is_manager = manages(request, address)
    around: dict[str, Any] = {
        "address": address,
        "tab": tab,
        "tabs": tabs_of(address, rights_on(request.actor, address.id), is_manager=is_manager),
        "is_manager": is_manager,
        "kind": KINDS[address.kind],
        "service": {"id": address.service_id} if is_manager else None,  # whose lines of the sidebar stand open
        "place": "addresses" if is_manager else f"own:{address.id}",
    }
    return page(request, name, around | context, status=status)


def said_of(error: DomainError) -> str:
    return " ".join(filter(None, (str(error.sentence), str(error.way_out))))


def attempt(request: HttpRequest, deed: Callable[[], object], *, said: object, back: str, undo: str = "") -> Any:
    """Do it and go back with a toast: that it is done, or why it is not."""
    try:
        deed()
    except TOLD as error:
        toast_later(request, said_of(error), kind="warning")
    else:
        toast_later(request, said, undo=undo)
    if request.headers.get("HX-Request") == "true":  # the way back in a toast: the page under it is another one then
        return HttpResponse(status=204, headers={"HX-Redirect": back})
    return HttpResponseRedirect(back)


def ask(
    request: Any,
    form: forms.Form,
    deed: Callable[[dict[str, Any]], HttpResponseBase | object],
    *,
    title: object,
    verb: object,
    back: str,
    said: object = "",
    lead: object = "",
    about: Any = None,
) -> HttpResponseBase:
    """Ask something in a dialog of the open page, or on a page of its own, and do it; what is refused is said there.

    A deed that answers with a page of its own (a secret that is shown once) has the last word.
    """
    if request.method == "POST" and form.is_valid():
        try:
            answer = deed(form.cleaned_data)
        except TOLD as error:
            field = str(error.facts.get("field", ""))
            form.add_error(field if field in form.fields else None, said_of(error))
        else:
            if isinstance(answer, HttpResponseBase):
                return answer
            toast_later(request, said)
            return HttpResponseRedirect(back)
    is_dialog = request.headers.get("HX-Request-Type") == "partial" and request.method != "POST"
    context = {"form": form, "title": title, "verb": verb, "back": back, "lead": lead}
    # What asks for nothing takes something away, mostly.
    context["kind"] = getattr(form, "kind", "primary" if form.fields else "danger")
    # The service whose lines of the sidebar stand open around the question.
    context |= {"service": about, "place": "addresses"} if about is not None else {}
    context |= {"is_dialog": is_dialog, "address_here": request.get_full_path()}
    if is_dialog:
        response = render(request, "mail/fragments/dialog.html", context)
    else:
        response = page(request, "ask", context, status=422 if form.is_bound else 200)
    response["Vary"] = "HX-Request-Type, Cookie"
    return response
