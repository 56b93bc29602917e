# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import RequestFactory

from mazot.exchange.product import Place
from mazot.exchange.registry import product, register
from mazot.suite.shell import Shell, shell
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person, ProductInstance
from mazot.tenancy.queries.actors import memberships_of
from tests.cast import Cast


@pytest.fixture(autouse=True)
def drive_with_pages() -> Iterator[None]:
    """Drive as declared, its first page and its trash at an address that exists in every state of the house."""
    declared = product("drive")
    assert declared is not None
    places = (Place("front-door", "Trash", "trash-2"),)
    register(replace(declared, home="front-door", navigation=places))
    yield
    register(declared)


def shell_of(actor: Actor | None, path: str = "/drive/") -> Shell:
    request: Any = RequestFactory().get(path)
    request.actor = actor
    request.user = Person.objects.get(id=actor.person_id) if actor else None
    request.memberships = memberships_of(request.user) if actor else []
    return shell(request)["shell"]


def titles(frame: Shell) -> list[str]:
    return [link.key for link in frame.products]


def test_a_page_that_shows_no_frame_asks_the_database_nothing(malik: Actor, django_assert_num_queries: Any) -> None:
    request: Any = RequestFactory().get("/drive/")
    request.actor = malik
    with django_assert_num_queries(0):
        shell(request)


def test_the_whole_frame_costs_three_queries_at_most(malik: Actor, django_assert_max_num_queries: Any) -> None:
    frame = shell_of(malik)
    with django_assert_max_num_queries(3):
        _ = frame.products, frame.foot, frame.organizations, frame.organization, frame.palette, frame.account_items


def test_the_rail_shows_what_the_person_may_use(cast: Cast) -> None:
    assert "drive" in titles(shell_of(cast.olive))
    assert "drive" in titles(shell_of(cast.malik))
    assert titles(shell_of(cast.basil)) == []


def test_a_product_that_ended_leaves_the_rail(cast: Cast, clock: Any) -> None:
    ProductInstance.objects.filter(organization=cast.mimosa).update(ended_at=clock.now())
    assert "drive" not in titles(shell_of(cast.olive))
    assert "drive" in titles(shell_of(cast.otto))


def test_the_switcher_names_only_the_persons_own_organizations(cast: Cast) -> None:
    frame = shell_of(cast.otto)
    assert [house.name for house in frame.organizations] == [cast.rival.name]
    assert frame.organizations[0].current
    assert frame.role == "Legal representative"


def test_the_palette_goes_to_the_places_of_each_product(cast: Cast) -> None:
    groups = shell_of(cast.malik).palette["groups"]
    found = [item for group in groups for item in group["items"]]
    assert any(item.get("product") == "drive" for item in found)
    assert all(item.get("url") or item.get("post") for item in found)


def test_a_stranger_has_an_empty_frame(db: None) -> None:
    frame = shell_of(None, "/login")
    assert (frame.products, frame.organizations, frame.person, frame.appearance) == ([], [], None, "auto")


@pytest.mark.parametrize(("path", "here"), [("/drive/trash", "drive"), ("/", ""), ("/account/appearance", "account")])
def test_the_frame_knows_where_it_stands(path: str, here: str) -> None:
    assert Shell(RequestFactory().get(path)).here == here
