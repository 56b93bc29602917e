# SPDX-License-Identifier: AGPL-3.0-or-later
"""What products an organization can have, as far as tenancy has to know: filled at start by the floor above."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import Right

if TYPE_CHECKING:
    from mazot.tenancy.models import ProductInstance

STANDARD_PLAN = "standard"

Furnish = Callable[[Actor, "ProductInstance"], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that can be opened: its name, the rights that can be granted on it, and how it is furnished."""

    key: str
    title: str | Promise
    rights: tuple[Right, ...]
    furnish: Furnish | None = None
    by_default: bool = False  # a new organization has one

    def has_right(self, key: str) -> bool:
        return any(right.key == key and right.grantable for right in self.rights)


_offers: dict[str, Offer] = {}


def offer(offered: Offer) -> None:
    _offers[offered.key] = offered


def offers() -> list[Offer]:
    return list(_offers.values())


def offer_of(key: str) -> Offer | None:
    return _offers.get(key)
