# SPDX-License-Identifier: AGPL-3.0-or-later
from django.http import HttpRequest

from mazot.tenancy.actions.logins import Door


def door_of(request: HttpRequest) -> Door:
    """Where a try in the browser comes from."""
    return Door("web", str(request.META.get("REMOTE_ADDR") or ""), request.headers.get("User-Agent", "")[:200])
