# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail programs ask for their settings under names of the domains whose mail is here: autoconfig.DOMAIN, DOMAIN.

Those names are the operators' customers', and not in the list of hosts that pages may be asked under. The documents
hold nothing of the name but the settings of its domain, so these few addresses answer under any.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

WELL_KNOWN = "/.well-known/autoconfig/"
ADDRESSES = frozenset(
    {
        "/mail/config-v1.1.xml",
        f"{WELL_KNOWN}mail/config-v1.1.xml",
        "/autodiscover/autodiscover.xml",
        "/Autodiscover/Autodiscover.xml",
    }
)


class AskedHostsMiddleware:
    """Keeps the name that was asked aside for those addresses, and goes on as if it were the first of our own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in ADDRESSES:
            request.META["MAZOT_ASKED_HOST"] = str(request.META.get("HTTP_HOST", ""))[:300]
            if settings.ALLOWED_HOSTS[:1] not in ([], ["*"]):
                request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0]
        return self.get_response(request)
