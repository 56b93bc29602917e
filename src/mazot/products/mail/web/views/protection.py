# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a mail service guards its people: spam, forged letters, servers nobody knows, viruses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mazot.products.mail.actions.domains import set_service
from mazot.products.mail.queries.lessons import taught_in
from mazot.products.mail.queries.scanners import is_answering
from mazot.products.mail.rules.learning import AT_LEAST
from mazot.products.mail.rules.signs import CAREFUL, STRICT, USUAL
from mazot.products.mail.web.frame import in_service, page
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.mail.models import Service

CHOICES = (
    (CAREFUL, gettext_lazy("Careful")),
    (USUAL, gettext_lazy("Usual")),
    (STRICT, gettext_lazy("Strict")),
)
PROGRAMS = (
    ("clamd", "ClamAV", gettext_lazy("Letters with viruses are refused, those that come and those that leave.")),
    ("rspamd", "rspamd", gettext_lazy("It weighs each letter that comes, beside what Mazot sees itself.")),
    ("spamd", "SpamAssassin", gettext_lazy("It weighs each letter that comes, beside what Mazot sees itself.")),
)


@in_service
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: Any, service: Service) -> HttpResponse:
    """What is on, and what was learned so far."""
    if request.method == "POST":
        limit = request.POST.get("spam_from", "")
        set_service(
            request.actor,
            service,
            filters_spam="filters_spam" in request.POST,
            spam_from=int(limit) if limit.isdecimal() and len(limit) < 4 else service.spam_from,
            refuses_forged="refuses_forged" in request.POST,
            greylists="greylists" in request.POST,
        )
        toast_later(request, _("The protection is saved."))
        return redirect("mail:protection", service.id)
    taught = taught_in(service.organization_id)
    context = {
        "service": service,
        "place": "protection",
        "choices": CHOICES,
        "taught": taught,
        "n_more": max(AT_LEAST - min(taught.n_spam, taught.n_honest), 0),
        "programs": [(key, title, hint, bool(getattr(settings.MAZOT, key))) for key, title, hint in PROGRAMS],
    }
    return page(request, "protection", context)


@in_service
@require_safe
def program(request: Any, service: Service, name: str) -> HttpResponse:
    """Whether a program answers now."""
    title = next((title for key, title, _hint in PROGRAMS if key == name), "")
    if title and is_answering(name):
        toast_later(request, _("%(name)s answers.") % {"name": title})
    else:
        toast_later(request, _("%(name)s does not answer at the moment.") % {"name": title or name}, kind="warning")
    return redirect("mail:protection", service.id)
