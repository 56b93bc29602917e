# SPDX-License-Identifier: AGPL-3.0-or-later
"""Evenings that many want, and the hours between: in a process of its own, on the database that a server serves.

Each evening has a noon of the same day, another event; standing places of both and children share one quota.

usage: python -m tests.rush.seed furnish EVENINGS SEATS
       python -m tests.rush.seed sell SHOP PRICE
       python -m tests.rush.seed disturb SHOP SEED     (holds run out, deadlines pass, money is late, orders are cancelled)
"""

import json
import os
import random
import sys
from collections.abc import Callable
from typing import Any

STANDING, SHARED, CHEAPER, ROW = 12, 16, 10, 10


def furnish(evenings: str, seats: str) -> dict[str, Any]:
    """A shop that is being tried, so that the test provider's card pays, with as many evenings as rounds."""
    from mazot.products.tickets.actions.methods import set_method
    from mazot.products.tickets.actions.offers import make_codes, make_offer
    from mazot.products.tickets.actions.plans import make_plan
    from mazot.products.tickets.actions.shops import publish_shop
    from mazot.products.tickets.queries.plans import newest_version
    from mazot.products.tickets.tests.furnishing import a_shop
    from mazot.products.tickets.tests.rooms import hall
    from tests.cast import assemble

    cast: Any = assemble()
    shop = a_shop(cast, name="Rush")
    for method in shop.methods.all():
        set_method(cast.olive, shop, method=method, is_on=method.provider == "test", fee_permille=13)
    plan = newest_version(make_plan(cast.olive, shop, name="Hall", drawing=hall(int(seats) // ROW, ROW)))
    offer = make_offer(cast.olive, shop, name="Friends", kind="percent", value=333, max_tickets=CHEAPER)
    make_codes(cast.olive, offer, code="friends")
    made = [_evening(cast, shop, n, plan) for n in range(int(evenings))]
    shop = publish_shop(cast.olive, shop)
    return {"shop": str(shop.id), "slug": shop.slug, "offer": str(offer.id), "evenings": made}


def sell(shop_id: str, price_id: str) -> dict[str, str]:
    """One paid order, as any buyer makes it."""
    from mazot.products.tickets.actions.carts import hold_best, open_cart
    from mazot.products.tickets.actions.orders import place_order
    from mazot.products.tickets.actions.payments import record_payment
    from mazot.products.tickets.models import Price, Shop
    from mazot.products.tickets.queries.carts import buyer_in

    shop = Shop.objects.get(id=shop_id)
    cart, _token = open_cart(buyer_in(shop), shop, language="en")
    hold_best(buyer_in(shop), cart, price=Price.objects.get(id=price_id), count=2)
    who, method = {"email": "ana@rush.example"}, shop.methods.get(provider="test")
    order, secret = place_order(buyer_in(shop), cart, customer=who, method=method)
    record_payment(buyer_in(shop), order, provider="test", event="one", amount=order.total)
    return {"secret": secret, "order": str(order.id)}


SEATED: dict[str, Any] = {"quantity": None, "amount": 4500, "zone": "Stalls", "is_numbered": True}


def _evening(cast: Any, shop: Any, number: int, plan: Any) -> dict[str, str]:
    from mazot.products.tickets.actions.pricing import make_price, make_quota, make_zone
    from mazot.products.tickets.actions.seating import attach_plan, set_seats
    from mazot.products.tickets.tests.furnishing import a_concert

    seat = a_concert(cast, shop, title=f"Evening {number}", **SEATED)
    noon = a_concert(cast, shop, title=f"Noon {number}", amount=1510, quantity=STANDING)
    date = seat.zone.performance
    child = make_price(cast.olive, date, zone=seat.zone, name="Child", amount=1333)
    zone = make_zone(cast.olive, date, name="Standing", quota=STANDING)
    standing = make_price(cast.olive, date, zone=zone, name="Standing", amount=1995)
    quota = make_quota(cast.olive, shop, name="Few", size=SHARED, prices=[child, standing, noon])
    seating = attach_plan(cast.olive, date, version=plan)
    n = len(seating.zones)
    set_seats(cast.olive, date, seats=range(n), zone=seat.zone.code * n, stamp=seating.stamp)
    ids = {"date": date, "seat": seat, "child": child, "standing": standing, "quota": quota}
    ids |= {"noon": noon, "noon_date": noon.zone.performance}
    slugs = {"slug": date.event.slug, "noon_slug": noon.zone.performance.event.slug}
    return slugs | {name: str(row.id) for name, row in ids.items()}


def disturb(shop_id: str, seed: str) -> dict[str, int]:
    """What happens beside the buyers: each deed by the same actions, in another process."""
    from django.db.models import F

    from mazot.foundation import clock
    from mazot.products.tickets.actions.cancelling import cancel_tickets
    from mazot.products.tickets.actions.carts import sweep_holds
    from mazot.products.tickets.actions.orders import expire_orders
    from mazot.products.tickets.actions.settling import kept_of
    from mazot.products.tickets.models import Cart, Order, Shop, Ticket
    from mazot.products.tickets.queries.carts import buyer_in

    shop, chance, past = Shop.objects.get(id=shop_id), random.Random(int(seed)), clock.now()
    buyer, done = buyer_in(shop), {"forgotten": 0, "overdue": 0, "cancelled": 0, "late": 0}
    carts = list(Cart.objects.filter(shop=shop, expires_at__gt=past).values_list("id", flat=True))
    for cart_id in chance.sample(carts, len(carts) // 5):
        Cart.objects.filter(id=cart_id).update(expires_at=past)
        done["forgotten"] += Ticket.objects.filter(cart_id=cart_id, state="held").update(hold_until=past)
    waiting = list(Order.objects.filter(shop=shop, state="pending").values_list("id", flat=True))
    due = chance.sample(waiting, len(waiting) // 3)
    done["overdue"] = Order.objects.filter(id__in=due, state="pending").update(due_at=past)
    _attempt(lambda: expire_orders(buyer, shop))
    _attempt(lambda: sweep_holds(buyer, shop))
    for order in Order.objects.filter(shop=shop, state="paid").order_by("?")[:3]:
        tickets = list(order.tickets.filter(takes_place=True).values_list("id", flat=True))
        wish = {"tickets": tickets[: chance.randint(1, len(tickets))] if tickets else []}
        refund = min(kept_of(order), sum(t.amount for t in order.tickets.filter(id__in=wish["tickets"])))
        done["cancelled"] += _attempt(
            lambda order=order, wish=wish, r=refund: cancel_tickets(buyer, order, refund=r, **wish)
        )
    for order in Order.objects.filter(shop=shop, state="expired", paid__lt=F("total")).order_by("?")[:4]:
        done["late"] += _attempt(lambda order=order: _pay_late(shop, order, chance))
    return done


def _pay_late(shop: Any, order: Any, chance: random.Random) -> None:
    """The provider's message comes after the deadline, sometimes twice and sometimes with another amount."""
    from mazot.foundation.ids import new_secret
    from mazot.products.tickets.actions.payments import record_payment
    from mazot.products.tickets.queries.carts import buyer_in

    amount, event = (
        chance.choice([order.total, order.total, order.total - 1, order.total + 100]),
        new_secret(letters=12),
    )
    for _time in range(chance.randint(1, 2)):
        record_payment(buyer_in(shop), order, provider="test", event=event, amount=amount)


def _attempt(deed: Callable[[], object]) -> int:
    from mazot.foundation.errors import DomainError

    try:
        deed()
    except DomainError:
        return 0
    return 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django

    django.setup()
    verb, *arguments = sys.argv[1:]
    json.dump({"furnish": furnish, "disturb": disturb, "sell": sell}[verb](*arguments), sys.stdout)
