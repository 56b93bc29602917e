# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may sell which seat (the three by three of the knowledge base), at the hold and again at the order."""

from dataclasses import replace

import pytest

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, DomainError, Refused
from mazot.products.tickets.actions.carts import hold_best, hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.models import Plan, PlanVersion, Price, Seating, Shop, Ticket
from mazot.products.tickets.queries.availability import letters_of, lines_of
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.rights import SALES
from mazot.products.tickets.rules.drawing import seat_ids, write_drawing
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.rooms import hall
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from tests.cast import Cast

pytestmark = pytest.mark.django_db

WHO = {"email": "margaux@example.org"}


def a_hall(cast: Cast, *, access: str = ".", real: bool = True) -> tuple[Shop, Price, list[str]]:
    """A shop with one numbered zone over two rows of ten, each seat with this access but the last, which has no zone."""
    shop, price = an_open_shop(cast, real=real, is_numbered=True, quantity=None)
    drawing = hall(2, 10)
    ids = seat_ids(drawing)
    place = {"organization_id": shop.organization_id, "instance_id": shop.instance_id, "shop": shop}
    plan = Plan.objects.create(name="Hall", created_at=clock.now(), **place)
    version = PlanVersion.objects.create(
        plan=plan, number=1, drawing=write_drawing(drawing), n_seats=len(ids), created_at=clock.now()
    )
    zones = price.zone.code * (len(ids) - 1) + "."
    Seating.objects.create(performance=price.zone.performance, version=version, zones=zones, access=access * len(ids))
    return shop, price, ids


def seller(cast: Cast, shop: Shop, channel: str) -> Actor:
    if channel == "online":
        return buyer_in(shop)
    if channel == "admin":
        return cast.adam
    grant_rights(
        cast.olive, Membership.objects.get(id=cast.malik.membership_id), rights=[SALES], instances=[shop.instance]
    )
    return replace(cast.malik, grants=None)


@pytest.mark.parametrize("channel", ["online", "reseller", "admin"])
@pytest.mark.parametrize("access", [".", "r", "o"])
def test_the_matrix_holds_at_the_hold_and_at_the_order(cast: Cast, access: str, channel: str) -> None:
    shop, price, ids = a_hall(cast, access=access)
    set_method(cast.olive, shop, method=shop.methods.get(kind="invoice"), is_on=True)
    actor = seller(cast, shop, channel)
    allowed = channel in {".": ("online", "reseller", "admin"), "r": ("reseller", "admin"), "o": ("admin",)}[access]
    cart, _token = open_cart(actor, shop, language="en")
    want = [Want(price.id, seats=(ids[0],))]
    seating = Seating.objects.get()
    assert (letters_of(seating, channel, clock.now(), numbered={price.zone.code})[0] != ".") == allowed
    if not allowed:
        with pytest.raises(Conflict) as refused:
            hold_places(actor, cart, wants=want)
        assert (refused.value.reason, str(refused.value.sentence)) == (
            "seat_unavailable",
            "This seat is not available.",
        )
        Seating.objects.update(access="." * len(ids))
    hold_places(actor, cart, wants=want)
    Seating.objects.update(access=access * len(ids))
    method = shop.methods.get(kind="invoice")
    if allowed:
        assert place_order(actor, cart, customer=WHO, method=method)[0].tickets.get().seat_label
    else:
        with pytest.raises(Conflict):
            place_order(actor, cart, customer=WHO, method=method)


def test_what_cannot_be_sold_is_refused_in_the_same_words(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    hold_places(buyer, cart, wants=[Want(price.id, seats=(ids[0],))])
    other, _token = open_cart(buyer, shop, language="en")
    for seat in (ids[0], ids[-1], "of-another-hall"):  # held, in no zone, unknown
        with pytest.raises(Conflict) as refused:
            hold_places(buyer, other, wants=[Want(price.id, seats=(seat,))])
        assert str(refused.value.sentence) == "This seat is not available."
    with pytest.raises(Conflict):
        hold_places(buyer, other, wants=[Want(price.id, seats=(ids[1], ids[1]))])
    with pytest.raises(Refused):
        hold_places(buyer, other, wants=[Want(price.id, 1)])
    assert Ticket.objects.count() == 1


def test_the_best_seats_are_together_and_then_gone(cast: Cast) -> None:
    shop, price, ids = a_hall(cast)
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    found = hold_best(buyer, cart, price=price, count=4)
    numbers = sorted(ids.index(str(ticket.seat)) for ticket in found)
    assert numbers == list(range(numbers[0], numbers[0] + 4))
    (line,) = lines_of(shop, [price.zone.performance_id], "online", clock.now())
    assert (line.sells, line.left) == (True, 15)
    with pytest.raises(DomainError):
        hold_best(buyer, cart, price=price, count=16)
