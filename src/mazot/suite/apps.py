# SPDX-License-Identifier: AGPL-3.0-or-later
import importlib
from typing import TYPE_CHECKING

from django.apps import AppConfig

from mazot.suite.products import ROOMS

if TYPE_CHECKING:  # tables cannot be imported before every application is known
    from mazot.exchange.product import Product


class Suite(AppConfig):
    name = "mazot.suite"
    label = "suite"

    def ready(self) -> None:
        for room in ROOMS:
            product = declared(room)
            if product is not None:
                admit(product)
        hint_of_access()
        from mazot.suite import housekeeping, webhooks  # noqa: F401 - they register the suite's own jobs and listeners


def hint_of_access() -> None:
    """Let open streams hear at once that somebody may do more or less, so that each is asked for again."""
    from mazot.foundation import facts
    from mazot.tenancy import facts as tenancy
    from mazot.tenancy.queries.access import access_topics

    for fact in (
        tenancy.RightsGranted,
        tenancy.RightsTaken,
        tenancy.RoleChanged,
        tenancy.MemberBlocked,
        tenancy.MemberRemoved,
        tenancy.TeamChanged,
        tenancy.TeamRemoved,
        tenancy.ProductEnded,
    ):
        facts.hint(fact, access_topics)


def declared(room: str) -> "Product | None":
    """What a room declares in its product.py, under its key in capitals."""
    module = f"mazot.products.{room}.product"
    try:
        return getattr(importlib.import_module(module), room.upper())  # type: ignore[no-any-return]
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None


def admit(product: "Product") -> None:
    """Make a product part of this Mazot: its declaration, what it listens to, what open pages hear."""
    from mazot.exchange import registry
    from mazot.foundation import facts, schedule

    registry.register(product)
    for kind, listener in product.listeners:
        facts.listen(kind, listener)
    for live in product.live:
        facts.hint(live.fact, live.topics)
    for turn in product.schedule:
        schedule.every(turn.minutes, turn.job)
