# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mazot.products.tickets.queries.shops import shops_for


@require_safe
def home(request: Any) -> HttpResponse:
    """The ticket shops this person reaches."""
    return render(request, "tickets/pages/home.html", {"shops": shops_for(request.actor)})
