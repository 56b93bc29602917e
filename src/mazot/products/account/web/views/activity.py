# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mazot.tenancy.queries.activity import Search, own_activity_for


@login_required
@require_safe
def own(request: Any) -> HttpResponse:
    """What one did oneself, in every organization, and who came in as one."""
    search = Search.of(request.GET)
    context = {"page": own_activity_for(request.actor, search), "search": search}
    return render(request, "account/pages/activity.html", context)
