# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often one side reads a plan or comes to a waiting room: a crowd as it likes, a program not without end."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation import clock
from mazot.foundation.errors import TooMany
from mazot.products.tickets.queries.waiting import turn_behind
from mazot.products.tickets.web.carrying import turn_token_of
from mazot.products.tickets.web.guesses import address_of
from mazot.tenancy.rules.buckets import Bucket
from mazot.tenancy.rules.pace import is_own, side_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop

# Three hundred people of a school open a plan in the same moment, which is two reads each, and then look every fifteen
# seconds, which is twenty a second: twice that is free.
READS = Bucket(burst=1200, per_second=40)

# Whoever comes to a waiting room without being inside may take a number there, and a program that keeps no cookie would
# fill the room, or win the draw. Three hundred people of a school come, look again, and come in when it is their turn.
TURNS = Bucket(burst=900, per_second=0.25)

View = Callable[..., HttpResponse]


def at_a_walk(view: View) -> View:
    """Answer a side that reads without end with 429 and the second of its next read, in words and not in JSON."""

    @wraps(view)
    def read(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        address = address_of(request)
        wait = 0.0 if is_own(address) else READS.take(side_of(address), clock.now().timestamp())
        return slower(ceil(wait)) if wait else view(request, *args, **kwargs)

    return read


def one_turn_each(view: View) -> View:
    """Let no address take numbers of a waiting room without end; inside it, and without one, this asks nothing."""

    @wraps(view)
    def come(request: HttpRequest, shop: Shop, **parts: Any) -> HttpResponse:
        address, at = address_of(request), clock.now()
        if shop.queue_size is not None and not is_own(address):
            turn = turn_behind(shop, turn_token_of(request, shop))
            is_inside = turn is not None and turn.until > at
            wait = 0.0 if is_inside else TURNS.take(side_of(address), at.timestamp())
            if wait:
                sentence = _("Many come here from your address. The next one is let in within %(n)d seconds.")
                raise TooMany("too_many", sentence % {"n": ceil(wait)}, wait=ceil(wait))
        return view(request, shop, **parts)

    return come


def slower(seconds: int) -> HttpResponse:
    said = ngettext(
        "This was read too often from your address. The next time is possible in %(n)d second.",
        "This was read too often from your address. The next time is possible in %(n)d seconds.",
        seconds,
    )
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return HttpResponse(said % {"n": seconds}, status=429, content_type="text/plain; charset=utf-8", headers=headers)
