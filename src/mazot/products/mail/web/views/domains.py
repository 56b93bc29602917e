# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import DomainError, Invalid
from mazot.products.mail.actions.domains import check_domain, set_service
from mazot.products.mail.actions.health import note_health
from mazot.products.mail.actions.signing import new_secrets, rotate_signing_keys
from mazot.products.mail.queries.addresses import KINDS, SWITCHES, addresses_of, own_sharings, rows_of
from mazot.products.mail.queries.domains import service_of
from mazot.products.mail.queries.health import health_of, records_seen
from mazot.products.mail.queries.records import is_name, look_at_zone
from mazot.products.mail.rules.proof import record_name, record_value
from mazot.products.mail.rules.records import DKIM
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.web.forms import Renewal, RoomForm, ServiceForm
from mazot.products.mail.web.frame import TOLD, ask, attempt, in_service, page, said_of
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.manage import MANAGE_PRODUCTS
from mazot.tenancy.queries.rights import holds_wide
from mazot.tenancy.rights import require
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.mail.models import Service

ASK = require_http_methods(["GET", "HEAD", "POST"])
ON_A_PAGE = 50


@login_required
@require_safe
def home(request: Any) -> HttpResponse:
    """The addresses of this person, and the services they manage."""
    own = [(sharing, row) for sharing, row in zip_rows(own_sharings(request.actor))]
    context = {"own": own, "place": "home", "may_open": holds_wide(request.actor, MANAGE_PRODUCTS)}
    return page(request, "home", context)


def zip_rows(sharings: list[Any]) -> list[tuple[Any, Any]]:
    rows = rows_of([sharing.address for sharing in sharings])
    return list(zip(sharings, rows, strict=True))


@login_required
@ASK
def new(request: Any) -> HttpResponseBase:
    """Open the mail of a domain."""
    organization = request.actor_membership.organization
    require(request.actor, MANAGE_PRODUCTS, organization)

    def deed(said: dict[str, Any]) -> HttpResponseBase:
        try:
            instance = open_product(request.actor, organization, product="mail", name=said["domain"])
        except DomainError as error:
            error.facts["field"] = "domain"
            raise
        toast_later(request, _("The mail service is open. Prove the domain next."))
        return redirect("mail:domain", service_of(request.actor, instance.id).id)

    return ask(
        request,
        ServiceForm(request.POST or None),
        deed,
        title=_("New mail service"),
        verb=_("Open the service"),
        back=reverse("mail:home"),
    )


@in_service
@require_safe
def service(request: Any, service: Service) -> HttpResponse:
    """The addresses of a service."""
    words, kind = request.GET.get("words", "")[:100], request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = Paginator(addresses_of(service, words, kind), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "service": service,
        "place": "addresses",
        "rows": rows_of(list(found.object_list)),
        "turn": found,
        "words": words,
        "kind": kind,
        "kinds": [("", _("All")), *KINDS.items()],
        "is_filtered": bool(words or kind),
    }
    return page(request, "service", context)


@in_service
@ASK
def domain(request: Any, service: Service) -> HttpResponse:
    """The records of the domain's zone: the one that proves it, and those that bring and guard its mail."""
    error = None
    if request.method == "POST":
        try:
            check_domain(request.actor, service)
        except TOLD as refused:
            error = said_of(refused)
        else:
            toast_later(request, _("The domain is proved: its mail comes here from now on."))
            return redirect("mail:domain", service.id)
    health = health_of(service)
    records = records_seen(service, health)
    context = {
        "service": service,
        "place": "domain",
        "error": error,
        "proof_name": record_name(service.domain),
        "proof_value": record_value(service.proof_token),
        "records": records,
        "has_name": is_name(settings.MAZOT.mail_host),
        "has_keys": any(record.kind == DKIM for record in records),
        "health": health,
        "host": settings.MAZOT.mail_host,
    }
    return page(request, "domain", context, status=422 if error else 200)


@in_service
@require_POST
def health(request: Any, service: Service) -> HttpResponse:
    """Ask the zone what it says now."""
    note_health(request.actor, service, seen=look_at_zone(service))
    return redirect("mail:domain", service.id)


@in_service
@ASK
def keys(request: Any, service: Service) -> HttpResponseBase:
    """Make new keys for the signatures of the domain."""
    back = reverse("mail:domain", args=[service.id])
    return ask(
        request,
        Renewal(request.POST if request.method == "POST" else None),
        lambda _said: rotate_signing_keys(request.actor, service, secrets=new_secrets()) and None,
        title=_("Renew the keys"),
        about=service,
        verb=_("Renew"),
        said=_("The new keys are made. Add their records: the old ones sign until the zone shows the new ones."),
        lead=_(
            "Letters are signed with new keys once the zone shows them. The old ones count for two more weeks, and then"
            " their records may go."
        ),
        back=back,
    )


@in_service
@ASK
def room(request: Any, service: Service) -> HttpResponseBase:
    """More addresses, or fewer."""
    form = RoomForm(request.POST or None, initial={"max_addresses": service.max_addresses})
    return ask(
        request,
        form,
        lambda said: set_service(request.actor, service, max_addresses=said["max_addresses"]) and None,
        title=_("Number of addresses"),
        about=service,
        verb=_("Save"),
        said=_("The number of addresses is saved."),
        back=reverse("mail:service", args=[service.id]),
    )


@in_service
@require_POST
def maintenance(request: Any, service: Service) -> HttpResponse:
    """Keep programs and people out of every address of the service for a while, or let them in again."""
    begins = request.POST.get("begin") == "1"
    return attempt(
        request,
        lambda: set_service(request.actor, service, is_in_maintenance=begins),
        said=_("Mail comes in, and nobody reads it until you open the service again.")
        if begins
        else _("The service is open again."),
        back=reverse("mail:domain", args=[service.id]),
    )


@in_service
@ASK
def usual(request: Any, service: Service) -> HttpResponse:
    """What somebody may do who is let into an address, unless told otherwise."""
    if request.method == "POST":
        set_service(request.actor, service, default_rights=rights_said(request))
        toast_later(request, _("The usual rights are saved; people who are at an address keep theirs."))
        return redirect("mail:usual-rights", service.id)
    context = {"service": service, "place": "rights", "switches": switches_of(service.default_rights)}
    context["looks_only"] = bool(service.default_rights & AddressRight.LOOK_ONLY)
    return page(request, "rights", context)


def switches_of(rights: int) -> list[tuple[int, object, object, bool]]:
    """The twelve switches with their words, and whether each is on."""
    return [(int(bit), title, hint, bool(rights & bit)) for bit, title, hint in SWITCHES]


def rights_said(request: Any) -> int:
    """The bits of the switches that came with a form."""
    known = [int(bit) for bit, *_words in SWITCHES] + [int(AddressRight.LOOK_ONLY)]
    said = {int(value) for value in request.POST.getlist("rights") if value.isdecimal() and len(value) < 6}
    if said - set(known):
        raise Invalid("unknown_right", _("There is no such right on an address."), field="rights")
    return sum(said)
