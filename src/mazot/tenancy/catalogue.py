# SPDX-License-Identifier: AGPL-3.0-or-later
"""What products an organization can have, as far as tenancy has to know: filled at start by the floor above."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.functional import Promise

from mazot.tenancy.actor import Actor
from mazot.tenancy.departures import Removal
from mazot.tenancy.rights import Right

if TYPE_CHECKING:
    from mazot.tenancy.models import ProductInstance

STANDARD_PLAN = "standard"

Furnish = Callable[[Actor, "ProductInstance"], object]


@dataclass(frozen=True, slots=True)
class Move:
    """How a product goes to another organization: `act` lets every row follow, inside the transaction of the move.

    `carries` are the rights with which its users come along (rule ORG-8); without any, nobody does.
    """

    act: Callable[[Actor, "ProductInstance", UUID], object]  # the instance as it was, and the new organization
    carries: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that can be opened: its name, the rights that can be granted on it, and how it is furnished."""

    key: str
    title: str | Promise
    rights: tuple[Right, ...]
    furnish: Furnish | None = None
    move: Move | None = None  # without it the product stays where it is
    by_default: bool = False  # a new organization has one
    removals: tuple[Removal, ...] = ()

    def has_right(self, key: str) -> bool:
        return any(right.key == key and right.grantable for right in self.rights)


_offers: dict[str, Offer] = {}


def offer(offered: Offer) -> None:
    _offers[offered.key] = offered


def offers() -> list[Offer]:
    return list(_offers.values())


def removals() -> list[Removal]:
    """What every product does when a person leaves, in the order of their keys."""
    found = [removal for offered in _offers.values() for removal in offered.removals]
    return sorted(found, key=lambda removal: removal.key)


def removal_of(step_key: str) -> Removal | None:
    """The declaration a step was made from; none when its product is no longer here."""
    return next((removal for removal in removals() if removal.key == step_key.split(":", 1)[0]), None)


def offer_of(key: str) -> Offer | None:
    return _offers.get(key)
