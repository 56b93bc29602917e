# SPDX-License-Identifier: AGPL-3.0-or-later
"""One quota over two dates, whose own locks do not meet: it alone stands between the buyers and one place too many."""

import pytest

from mazot.foundation.errors import Conflict
from mazot.products.tickets.actions.carts import open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.pricing import make_quota
from mazot.products.tickets.models import Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.tests.furnishing import a_concert, an_open_shop
from tests.cast import Cast
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS, SIZE, ROUNDS = 16, 5, 4


def test_a_quota_over_two_dates_is_never_overdrawn(cast: Cast) -> None:
    shop, first = an_open_shop(cast)
    second = a_concert(cast, shop, title="Messiah")
    for number in range(ROUNDS):
        Ticket.objects.all().delete()
        quota = make_quota(cast.olive, shop, name=f"Few {number}", size=SIZE, prices=[first, second])
        buyer = buyer_in(shop)

        def buy(price: object) -> None:
            open_cart(buyer, shop, language="en", wants=[Want(price.id, 1)])  # type: ignore[attr-defined]  # noqa: B023

        deeds = [lambda price=price: buy(price) for _n in range(BUYERS // 2) for price in (first, second)]
        ended = at_once(*deeds, starts_within=20, ends_within=60)
        assert {type(one.error) for one in ended} == {type(None), Conflict}
        assert sum(one.error is None for one in ended) == SIZE
        assert Ticket.objects.count() == SIZE
        quota.delete()
