# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs set themselves up: strangers ask for the settings of a domain, people fetch a profile for their device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mazot.products.mail.queries.setups import domain_with_mail, servers_for_programs
from mazot.products.mail.rights import DEVICES
from mazot.products.mail.rules.addressing import shown_domain
from mazot.products.mail.rules.setups import (
    LONGEST_REQUEST,
    apple_profile,
    asked_address,
    autodiscover_answer,
    autodiscover_refusal,
    mozilla_config,
)
from mazot.products.mail.web.frame import at_address
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address


@cache_control(public=True, max_age=3600)
@require_safe
def mozilla(request: HttpRequest) -> HttpResponse:
    """The settings of the domain of an address, or of the name under which they were asked for."""
    asked = request.GET.get("emailaddress", "")[:1000]
    host = str(request.META.get("MAZOT_ASKED_HOST") or request.get_host()).partition(":")[0]
    domain, servers = domain_with_mail(asked, host), servers_for_programs()
    if not domain or not servers:
        raise Http404
    return HttpResponse(mozilla_config(domain, shown_domain(domain), servers), content_type="text/xml; charset=utf-8")


@csrf_exempt
@require_POST
def outlook(request: HttpRequest) -> HttpResponse:
    """The same for Outlook; it carries no cookie of ours, and the answer changes nothing."""
    address, servers = asked_address(request.read(LONGEST_REQUEST + 1)), servers_for_programs()
    if not address:
        answer = autodiscover_refusal(600, "Invalid Request")
    elif not servers or not domain_with_mail(address):
        answer = autodiscover_refusal(500, "The mail of this domain is not here.")
    else:
        answer = autodiscover_answer(address, servers)
    return HttpResponse(answer, content_type="text/xml; charset=utf-8")


@at_address
@require_safe
def profile(request: Any, address: Address) -> HttpResponse:
    """A profile that a telephone or computer of Apple installs."""
    require(request.actor, DEVICES, address)
    servers = servers_for_programs()
    if not servers:
        raise Http404
    title = _("Mail of %(address)s") % {"address": address}
    name = request.actor_membership.person.name or str(address)
    made = apple_profile(str(address), name, title, servers, mark=address.id)
    answer = HttpResponse(made, content_type="application/x-apple-aspen-config")
    answer["Content-Disposition"] = f'attachment; filename="{settings.MAZOT.mail_host}.mobileconfig"'
    return answer
