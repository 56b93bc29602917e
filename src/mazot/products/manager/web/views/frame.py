# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page of the manager shares: who may open it, and how a refused deed is told."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from mazot.foundation.errors import Conflict, NotAllowed, Refused
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.rights import Right, require
from mazot.ui.toasts import toast_later

View = Callable[..., HttpResponseBase]


def needing(right: Right) -> Callable[[View], View]:
    """Open a page to those who hold this right in the current organization."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.actor, right, request.actor_membership.organization)
            return view(request, *args, **kwargs)

        return login_required(opened)

    return decorate


managing = needing(MANAGE_PEOPLE)  # administrators, legal representatives, and user managers


def attempt(request: HttpRequest, deed: Callable[[], object], *, said: object, back: str) -> HttpResponse:
    """Do it and go back with a toast: that it is done, or why it is not."""
    try:
        deed()
    except (Conflict, NotAllowed, Refused) as error:
        toast_later(request, " ".join(filter(None, (str(error.sentence), str(error.way_out)))), kind="warning")
    else:
        toast_later(request, said)
    return HttpResponseRedirect(back)
