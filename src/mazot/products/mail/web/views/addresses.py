# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.products.mail.actions.addresses import make_address, remove_address, set_address, set_address_state
from mazot.products.mail.actions.bulk import make_addresses
from mazot.products.mail.queries.addresses import (
    addresses_of,
    aliases_of,
    devices_of,
    rows_of,
)
from mazot.products.mail.queries.redirections import redirections_of
from mazot.products.mail.queries.sharings import invited_to, members_of, sharings_of
from mazot.products.mail.rights import DEVICES, REDIRECT
from mazot.products.mail.rules.sheets import LONGEST_SHEET, BadSheet, read_sheet
from mazot.products.mail.web.forms import AddressForm, AliasForm, NameForm, Nothing, SheetForm
from mazot.products.mail.web.frame import ask, at_address, attempt, in_service, managed_address, manages, page, tab_page
from mazot.products.mail.web.views.domains import switches_of
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.mail.models import Address, Service

ASK = require_http_methods(["GET", "HEAD", "POST"])
TO_CHOOSE = 500


@in_service
@ASK
def new(request: Any, service: Service) -> HttpResponseBase:
    """Make one address, of any of the three kinds."""
    form = AddressForm(request.POST or None, initial={"kind": "real"})
    members = {str(one.id): one for one in members_of(service.organization_id)[:TO_CHOOSE]}
    real = {str(one.id): one for one in addresses_of(service, kind="real")[:TO_CHOOSE]}
    form.fields["keeper"].choices = [("", _("Nobody")), *((key, one.person.name) for key, one in members.items())]  # type: ignore[attr-defined]
    form.fields["target"].choices = [("", "—"), *((key, str(one)) for key, one in real.items())]  # type: ignore[attr-defined]

    def deed(said: dict[str, Any]) -> HttpResponseBase:
        made = make_address(
            request.actor,
            service,
            local=said["local"],
            kind=said["kind"],
            name=said["name"],
            keeper=members.get(said["keeper"]) if said["kind"] == "real" else None,
            target=real.get(said["target"]),
        )
        toast_later(request, _("%(address)s is there.") % {"address": made})
        return redirect("mail:address", made.id)

    return ask(
        request,
        form,
        deed,
        title=_("New address"),
        about=service,
        verb=_("Make the address"),
        back=reverse("mail:service", args=[service.id]),
    )


@in_service
@ASK
def many(request: Any, service: Service) -> HttpResponse:
    """Make addresses from a table: first what each line would come to, then all of them or none."""
    context: dict[str, Any] = {"service": service, "place": "addresses", "form": SheetForm()}
    if request.method != "POST":
        return page(request, "many", context)
    try:
        content = _sheet(request)
        lines = read_sheet(content)
    except BadSheet as error:
        context["error"] = _FAULTS()[str(error)]
        return page(request, "many", context, status=422)
    is_rehearsal = "for_real" not in request.POST
    done, outcomes = make_addresses(request.actor, service, lines=lines, is_rehearsal=is_rehearsal)
    if done:
        said = ngettext("%(n)d address is there.", "%(n)d addresses are there.", len(outcomes))
        toast_later(request, said % {"n": len(outcomes)})
        return redirect("mail:service", service.id)
    faults = sum(1 for outcome in outcomes if outcome.fault)
    context |= {"outcomes": outcomes, "n_faults": faults, "text": content.decode("utf-8", "replace")}
    return page(request, "many", context, status=422 if faults else 200)


def _sheet(request: Any) -> bytes:
    file = request.FILES.get("sheet")
    if file is None:
        return str(request.POST.get("text", "")).encode(errors="replace")
    return bytes(file.read(LONGEST_SHEET + 1))


def _FAULTS() -> dict[str, str]:  # noqa: N802 - a table, in the reader's language
    return {
        "too_large": _("The table is larger than 200 kB."),
        "too_long": _("The table has more than 500 lines."),
        "not_text": _("This is no table of text; save it as CSV."),
        "not_a_table": _("This table cannot be read: a quotation mark is left open."),
        "empty": _("There is no line in this table."),
    }


@in_service
@require_safe
def template(request: Any, service: Service) -> HttpResponse:  # noqa: ARG001 - every page of a service is called alike
    """A table to fill in."""
    text = "address,name,login\r\nbox.office,Box office,\r\nanna,Anna Example,anna@example.org\r\n"
    headers = {"Content-Disposition": 'attachment; filename="addresses.csv"'}
    return HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)


@at_address
@require_safe
def address(request: Any, address: Address) -> HttpResponse:
    """One address: its people, devices, aliases, redirections and state, as far as this person may see them."""
    return tab_page(request, address, "address", "address", context_of(request, address))


def context_of(request: Any, address: Address) -> dict[str, Any]:
    """What the page of an address shows; managers see every device, others their own."""
    is_manager = manages(request, address)
    people = sharings_of(address)
    own = next((one for one in people if one.person_id == request.actor.person_id), None)
    sees_all = is_manager or (own is not None and own.is_keeper)
    return {
        "row": rows_of([address])[0],
        "people": [(one, switches_of(one.rights)) for one in people] if is_manager else [],
        "invited": invited_to(address) if is_manager else [],
        "own": own,
        "devices": devices_of(address, None if sees_all else request.actor.person_id),
        "may_connect": own is not None and DEVICES.check is not None and DEVICES.check(request.actor, address),
        "aliases": aliases_of(address),
        "redirections": redirections_of(address),
        "may_redirect": REDIRECT.check is not None and REDIRECT.check(request.actor, address),
        "host": settings.MAZOT.mail_host,
    }


@managed_address
@ASK
def rename(request: Any, address: Address) -> HttpResponseBase:
    form = NameForm(request.POST or None, initial={"name": address.name})
    return ask(
        request,
        form,
        lambda said: set_address(request.actor, address, name=said["name"]) and None,
        title=_("Shown name"),
        verb=_("Save"),
        said=_("The name is saved."),
        back=_of(address),
    )


@managed_address
@require_POST
def state(request: Any, address: Address) -> HttpResponse:
    """Open, in maintenance, or blocked."""
    wanted = request.POST.get("state", "")
    said = {
        "open": _("The address is open again."),
        "maintenance": _("Mail comes in, and nobody reads it until you open the address again."),
        "blocked": _("Nobody reads or sends, and other servers keep their mail for a while."),
    }
    return attempt(
        request,
        lambda: set_address_state(request.actor, address, state=wanted),
        said=said.get(wanted, ""),
        back=_of(address),
    )


@managed_address
@ASK
def alias(request: Any, address: Address) -> HttpResponseBase:
    """Another name that leads to this address."""

    def deed(said: dict[str, Any]) -> None:
        make_address(request.actor, address.service, local=said["local"], kind="alias", target=address)

    return ask(
        request,
        AliasForm(request.POST or None),
        deed,
        title=_("New alias"),
        verb=_("Make the alias"),
        said=_("The alias leads here now."),
        back=_of(address),
    )


@managed_address
@ASK
def remove(request: Any, address: Address) -> HttpResponseBase:
    """Into the bin, after a question; the toast takes it back."""
    back = reverse("mail:service", args=[address.service_id])

    def deed(_said: dict[str, Any]) -> HttpResponseBase:
        remove_address(request.actor, address)
        undo = reverse("mail:address-restore", args=[address.service_id, address.id])
        toast_later(request, _("%(address)s is in the bin for 30 days.") % {"address": address}, undo=undo)
        return redirect(back)

    lead = _("Senders hear at once that there is no such address. Its mail waits in the bin with it, for 30 days.")
    return ask(
        request,
        Nothing(request.POST if request.method == "POST" else None),
        deed,
        title=_("Remove %(address)s") % {"address": address},
        verb=_("Remove the address"),
        back=_of(address),
        lead=lead,
    )


def _of(address: Address) -> str:
    return reverse("mail:address", args=[address.id])
