# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give each request its actor, read anew each time so that a changed right acts at once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from mazot.tenancy.models import Membership
from mazot.tenancy.queries.actors import actor_in, choose, memberships_of, needs_second_factor

View = TypeVar("View", bound=Callable[..., Any])


def open_to_newcomers(view: View) -> View:
    """Let a view be reached without an organization, and before a two-factor that an organization asks for."""

    @wraps(view)
    def opened(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    opened.open_to_newcomers = True  # type: ignore[attr-defined]
    return opened  # type: ignore[return-value]


class ActorMiddleware:
    """Set `request.actor` (none for strangers) and `request.memberships` (for the organization switcher)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        request.actor = None  # type: ignore[attr-defined]
        request.memberships = []  # type: ignore[attr-defined]
        if person.is_authenticated:
            _sign_in(request, request.user)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        """Keep those back who have no organization to act in, or have yet to set up a second factor."""
        actor = request.actor  # type: ignore[attr-defined]
        if actor is None or getattr(view, "open_to_newcomers", False):
            return None
        memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
        is_set_up = request.path.startswith(tuple(settings.MAZOT_OPEN_PATHS))
        if not is_set_up and needs_second_factor(request.user, memberships):  # type: ignore[arg-type]
            return _go(request, resolve_url(settings.MAZOT_TWO_FACTOR_PAGE))
        if not memberships and not request.path.startswith(tuple(settings.MAZOT_PERSONAL_PATHS)):
            return render(request, "tenancy/pages/no_organization.html", status=403)
        return None


def _sign_in(request: HttpRequest, person: Any) -> None:
    memberships = memberships_of(person)
    chosen = choose(memberships, person.current_organization_id)
    address = request.META.get("REMOTE_ADDR") or ""
    request.memberships = memberships  # type: ignore[attr-defined]
    request.actor = actor_in(person, chosen, via="web", address=address)  # type: ignore[attr-defined]
    request.actor_membership = chosen  # type: ignore[attr-defined]


def _go(request: HttpRequest, address: str) -> HttpResponse:
    # A fragment that followed a redirect would put the set-up page into a corner of the open one.
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
