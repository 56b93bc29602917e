# SPDX-License-Identifier: AGPL-3.0-or-later
"""The products of this Mazot, filled once at start by the suite."""

from mazot.exchange.product import Product
from mazot.tenancy.catalogue import Offer, offer
from mazot.tenancy.rights import Right

_products: dict[str, Product] = {}


def register(product: Product) -> None:
    """Make a product known; one that furnishes its instances is in every new organization, unless it says no."""
    _products[product.key] = product
    furnish = product.open_instance
    offer(
        Offer(
            product.key,
            product.title,
            product.rights,
            furnish=furnish,
            by_default=furnish is not None and product.by_default,
            move=product.move_instance,
            removals=product.removal,
        )
    )


def products() -> list[Product]:
    """Every product, in the order of the rail."""
    return sorted(_products.values(), key=lambda product: product.order)


def product(key: str) -> Product | None:
    return _products.get(key)


def rights_of(key: str) -> tuple[Right, ...]:
    """The rights that can be granted on a product."""
    found = _products.get(key)
    return tuple(right for right in found.rights if right.grantable) if found else ()
