# SPDX-License-Identifier: AGPL-3.0-or-later
"""Furnish a Mazot for the opening of a sale, and look afterwards at what was sold.

usage: seed.py make SIZE SECONDS | check SHOP   (MAZOT_DATA and MAZOT_DATABASE name where; prints JSON)
"""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "bench" / "tickets")]

ROWS, SEATS = 30, 20


def make(size: int, seconds: float) -> dict[str, Any]:
    """A concert with 600 numbered seats, at the box office or by invoice; `size` choose at once."""
    from our_seed import numbered

    from mazot.foundation import clock
    from mazot.products.tickets.actions.methods import set_method
    from mazot.products.tickets.actions.shops import end_test, publish_shop, set_shop
    from mazot.products.tickets.tests.furnishing import a_shop
    from tests.cast import assemble

    cast: Any = assemble()
    shop = a_shop(cast, name="Opening")
    set_method(cast.olive, shop, method=shop.methods.get(kind="on_site"), is_on=True, online=True)
    date, *_prices = numbered(cast, shop, "Evening", rows=ROWS, seats=SEATS)
    publish_shop(cast.olive, end_test(cast.olive, shop))
    set_shop(cast.olive, shop, queue_size=size, queue_opens_at=clock.now() + timedelta(seconds=seconds))
    return {"shop": str(shop.id), "event": f"/shop/{shop.slug}/event/{date.event.slug}"}


def check(shop_id: str) -> dict[str, Any]:
    from django.db.models import Count

    from mazot.products.tickets.models import Order, Ticket

    live = Ticket.objects.filter(order__shop_id=shop_id, takes_place=True)
    twice = live.values("performance", "seat").annotate(n=Count("id")).filter(n__gt=1).count()
    return {"orders": Order.objects.filter(shop_id=shop_id).count(), "seats": live.count(), "twice": twice}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    if sys.argv[1] == "make":
        from mazot.suite.roles import prepare

        if prepare.main() != 0:
            raise SystemExit("the database could not be prepared")
        json.dump(make(int(sys.argv[2]), float(sys.argv[3])), sys.stdout)
    else:
        import django

        django.setup()
        json.dump(check(sys.argv[2]), sys.stdout)
