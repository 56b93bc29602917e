# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often one side reads the plan of a hall: a crowd behind one address as it likes, a program not without end."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from mazot.foundation import clock
from mazot.products.tickets.web.guesses import address_of
from mazot.tenancy.rules.buckets import Bucket
from mazot.tenancy.rules.pace import is_own, side_of

# Three hundred people of a school open a plan in the same moment, which is two reads each, and then look every fifteen
# seconds, which is twenty a second: twice that is free.
READS = Bucket(burst=1200, per_second=40)

View = Callable[..., HttpResponse]


def at_a_walk(view: View) -> View:
    """Answer a side that reads without end with 429 and the second of its next read, in words and not in JSON."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = address_of(request)
        wait = 0.0 if is_own(address) else READS.take(side_of(address), clock.now().timestamp())
        return slower(ceil(wait)) if wait else view(request, *args, **kwargs)

    return read


def slower(seconds: int) -> HttpResponse:
    said = ngettext(
        "This was read too often from your address. The next time is possible in %(n)d second.",
        "This was read too often from your address. The next time is possible in %(n)d seconds.",
        seconds,
    )
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(said % {"n": seconds}, status=429, content_type="text/plain; charset=utf-8", headers=headers)
