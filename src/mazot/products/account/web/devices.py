# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cookie by which a browser shows that somebody has signed in here before, and as whom.

It opens nothing. It gives the browser a pace of its own for the names it knows, so that somebody whose name is guessed
from their own address (an office, a school, a carrier's exit) still comes in. Nobody gets it without the password.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from mazot.foundation.ids import new_secret
from mazot.foundation.text import folded
from mazot.tenancy.rules.secrets import digest_of

LASTS = 365 * 24 * 3600
NAMES = 8  # people who share one browser
SALT = "mazot.account.device"


def cookie_name() -> str:
    return "__Host-mazot-device" if settings.MAZOT.is_secure else "mazot-device"


def device_for(request: HttpRequest, login: str) -> str:
    """The number of this browser when it knows the name; empty for all others, and for a cookie made elsewhere."""
    device, names = _read(request)
    return device if _mark(login) in names else ""


def remember(request: HttpRequest, response: HttpResponse, login: str) -> None:
    """Have the browser know a name under which somebody has just come in."""
    device, names = _read(request)
    mark = _mark(login)
    known = [mark, *(name for name in names if name != mark)][:NAMES]
    written = signing.dumps({"device": device or new_secret(), "names": known}, salt=SALT, compress=True)
    response.set_cookie(
        cookie_name(), written, max_age=LASTS, secure=settings.MAZOT.is_secure, httponly=True, samesite="Lax"
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        said = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=LASTS)
        return str(said["device"]), [str(name) for name in said["names"]]
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return "", []


def _mark(login: str) -> str:
    """A name as the cookie has it: whoever finds the browser does not read from it who uses it."""
    return digest_of(f"device:{folded(login)[:254]}", key=settings.MAZOT_CREDENTIAL_KEY)[:32]
