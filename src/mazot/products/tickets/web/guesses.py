# SPDX-License-Identifier: AGPL-3.0-or-later
"""Strangers who guess at the shop's doors are slowed; who knows their secret is never, whoever guesses beside them.

Only failures count. The patience with an address is wide, because a school of three hundred people is one address.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from mazot.foundation.errors import NotFound, Refused, TooMany, seconds_of_rest
from mazot.foundation.ids import new_id
from mazot.tenancy.actions.paces import check_pace, count_failure
from mazot.tenancy.rules.pace import Patience

if TYPE_CHECKING:
    from mazot.products.tickets.models import Cart, Shop

# Letters of a code are few and people choose them. One cart has five tries. One in four of three hundred people
# mistypes, which is 75; beyond a hundred it is a program with many carts, and only codes wait, not the buying.
CODES = Patience("tickets.code", of_an_address=100, of_a_name_at_an_address=5)
# Nobody finds a secret of 128 bits by trying: what is unknown is an old link, or a program that should not be here.
LINKS = Patience("tickets.link", of_an_address=60, of_a_name_at_an_address=60)
# Each asking is a letter that may go out, so each counts; all of a school may ask on the evening of their concert.
LETTERS = Patience("tickets.letter", of_an_address=300, of_a_name_at_an_address=5)


@contextmanager
def may_be_a_guess(request: HttpRequest, secret: str) -> Iterator[None]:
    """Count a link or a cart that leads nowhere. It is looked up first: what leads somewhere opens at any time."""
    try:
        yield
    except NotFound:
        # One name for all that is unknown: who invents more gains no fresh patience.
        check_pace("unknown", address=address_of(request), patience=LINKS)
        count_failure("unknown", secret[:200], address=address_of(request), patience=LINKS)
        raise


@contextmanager
def tries_a_code(request: HttpRequest, cart: Cart, code: str) -> Iterator[None]:
    """Hear a promo code, unless too many were wrong in this cart or from this address: then not even the right one."""
    if not code.strip():  # takes the code away, which tells nothing
        yield
        return
    check_pace(str(cart.id), address=address_of(request), patience=CODES)
    try:
        yield
    except Refused as error:
        if error.facts.get("field") == "code":
            count_failure(str(cart.id), code, address=address_of(request), patience=CODES)
        raise


def asks_for_a_letter(request: HttpRequest, shop: Shop, email: str) -> None:
    """Count an asking for the link to somebody's orders, which is told to nobody whether it was a right one."""
    name = f"{shop.slug}: {email}"
    check_pace(name, address=address_of(request), patience=LETTERS)
    count_failure(name, str(new_id()), address=address_of(request), patience=LETTERS)


def told_when(answer: HttpResponse, error: TooMany) -> HttpResponse:
    """Tell programs, too, when the next try is heard."""
    answer.status_code = 429
    answer["Retry-After"] = str(seconds_of_rest(error, usual=30))
    return answer


def address_of(request: HttpRequest) -> str:
    """As the dispatcher tells it: the client's own, as far as the proxies in between are trusted."""
    return str(request.META.get("REMOTE_ADDR") or "")
