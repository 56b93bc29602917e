# SPDX-License-Identifier: AGPL-3.0-or-later
"""The session cookie of a request outside Django's handler."""

from http.cookies import CookieError, SimpleCookie

from django.conf import settings

from mazot.heads.answers import Scope


def session_key(scope: Scope) -> str:
    """The key in the session cookie, or nothing."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                continue
            if found is not None and found.value.isascii() and found.value.isalnum():
                return str(found.value)
    return ""
