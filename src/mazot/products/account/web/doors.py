# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a try in the browser comes from, and the password asked once more before something grave."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from mazot.tenancy.actions.logins import Door


def door_of(request: HttpRequest) -> Door:
    """Where a try in the browser comes from."""
    return Door("web", str(request.META.get("REMOTE_ADDR") or ""), request.headers.get("User-Agent", "")[:200])


def confirms_password(request: HttpRequest, password: str) -> None:
    """Raise ValidationError unless this is the account's password; guesses here wait as those at the door do."""
    person: Any = request.user
    adapter = get_adapter()
    if adapter.authenticate(request, email=person.login, password=password) != person:
        raise adapter.validation_error("incorrect_password")
