# SPDX-License-Identifier: AGPL-3.0-or-later
"""The four ways to a new plan."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mazot.products.tickets.actions.plans import make_plan
from mazot.products.tickets.models import Plan, Shop
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.tests.furnishing import a_shop
from mazot.products.tickets.tests.rooms import hall, opera
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.models import Organization
from tests.cast import Cast


def address(shop: Any, way: str) -> str:
    return reverse("tickets:plan-new", args=[shop.id]) + f"?how={way}"


def test_a_room_that_is_drawn_by_hand_begins_with_a_stage_alone(cast: Cast, signed_in: Callable[..., Client]) -> None:
    shop = a_shop(cast)
    answer = signed_in(cast.olive).post(address(shop, "draw"), {"name": "Cave"})
    plan = Plan.objects.get(shop=shop)

    assert answer["Location"] == reverse("tickets:plan", args=[plan.id])
    assert newest_version(plan).n_seats == 0
    assert newest_version(plan).drawing["stage"]["label"] == "Stage"


def test_a_copy_has_the_newest_drawing_and_a_life_of_its_own(cast: Cast, signed_in: Callable[..., Client]) -> None:
    shop = a_shop(cast)
    first = make_plan(cast.olive, shop, name="Opera", drawing=opera())
    browser = signed_in(cast.olive)
    page = browser.get(address(shop, "copy")).content.decode()
    browser.post(address(shop, "copy"), {"name": "Opera without boxes", "source": first.id})
    copy = Plan.objects.get(name="Opera without boxes")

    assert "<svg" in page
    assert newest_version(copy).drawing == newest_version(first).drawing
    assert (copy.id != first.id, newest_version(copy).number) == (True, 1)


def test_a_plan_of_another_organization_is_not_copied_and_not_told_of(
    cast: Cast, signed_in: Callable[..., Client]
) -> None:
    theirs = make_plan(cast.olive, a_shop(cast), name="Opera", drawing=hall(2, 2))
    open_product(cast.otto, Organization.objects.get(id=cast.otto.organization_id), product="tickets", name="Rival")
    shop = Shop.objects.exclude(id=theirs.shop_id).get()
    answer = signed_in(cast.otto).post(address(shop, "copy"), {"name": "Mine", "source": theirs.id})

    assert answer.status_code == 422
    assert "This shop has no such plan." in answer.content.decode()
    assert "Opera" not in answer.content.decode()
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("source", ["", "5", "../../etc"])
def test_a_copy_of_nothing_says_what_to_choose(cast: Cast, signed_in: Callable[..., Client], source: str) -> None:
    answer = signed_in(cast.olive).post(address(a_shop(cast), "copy"), {"name": "Mine", "source": source})

    assert answer.status_code == 422
    assert not Plan.objects.exists()


@pytest.mark.parametrize("way", ["draw", "numbers", "copy", "nothing", ""])
def test_each_way_is_a_page_with_the_four_of_them(cast: Cast, signed_in: Callable[..., Client], way: str) -> None:
    page = signed_in(cast.olive).get(address(a_shop(cast), way)).content.decode()

    assert page.count('class="plan-new__way"') == 4
    assert page.count('aria-current="true"') == 1
