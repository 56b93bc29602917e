# SPDX-License-Identifier: AGPL-3.0-or-later
"""A plan of another program, from its file to a seat that is sold."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mazot.foundation.errors import Conflict
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.models import Plan, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.plan_faults import LEFT_OUT
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.rules import pretix
from mazot.products.tickets.rules.drawing import read_drawing, seat_ids
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.rooms import arena, benches, first_generation, second_generation
from mazot.products.tickets.web.forms.plans import FILE
from tests.cast import Cast


def brought(browser: Client, shop: Shop, content: bytes, name: str = "room.json") -> Any:
    file = SimpleUploadedFile(name, content)
    return browser.post(reverse("tickets:plan-import", args=[shop.id]), {"file": file}, follow=True)


@pytest.mark.parametrize("made", [first_generation, second_generation, arena, benches])
def test_a_seat_of_a_plan_that_was_brought_in_is_sold_once(
    cast: Cast, signed_in: Callable[..., Client], made: Callable[[], Any]
) -> None:
    shop, price = an_open_shop(cast, is_numbered=True)
    answer = brought(signed_in(cast.olive), shop, json.dumps(made()).encode())
    version = newest_version(Plan.objects.get(shop=shop))
    ids = seat_ids(read_drawing(version.drawing))
    seating = attach_plan(cast.olive, price.zone.performance, version=version)
    set_seats(cast.olive, price.zone.performance, seats=range(len(ids)), zone=price.zone.code, stamp=seating.stamp)
    buyer = buyer_in(shop)
    cart, _token = open_cart(buyer, shop, language="en")
    other, _token = open_cart(buyer, shop, language="en")

    assert answer.status_code == 200
    assert hold_places(buyer, cart, wants=[Want(price.id, seats=(ids[-1],))])[0].seat == ids[-1]
    with pytest.raises(Conflict):
        hold_places(buyer, other, wants=[Want(price.id, seats=(ids[-1],))])


def test_what_did_not_come_in_is_said(cast: Cast, signed_in: Callable[..., Client]) -> None:
    shop, _price = an_open_shop(cast)
    page = brought(signed_in(cast.olive), shop, json.dumps(second_generation()).encode()).content.decode()

    assert "stays in the file: colours of borders, sizes of seats, words beside the names of rows" in page
    assert set(LEFT_OUT) == set(pretix.LEFT_OUT)


def test_a_file_that_is_too_large_is_refused_with_its_size(cast: Cast, signed_in: Callable[..., Client]) -> None:
    shop, _price = an_open_shop(cast)
    answer = brought(signed_in(cast.olive), shop, b" " * (FILE * 1024 * 1024 + 1))

    assert answer.status_code == 422
    assert "The file has 10 MB, and 9 MB are the limit." in answer.content.decode()
    assert not Plan.objects.exists()
