# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to a shop, its programme and its prices."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class ShopFact(Fact):
    """Something happened to a ticket shop."""

    product = "tickets"

    shop_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ShopChanged(ShopFact):
    """Settings of a shop, its ways to pay, its offers or its forms are others now; `what` names them."""

    sentence = _("%(who)s changed settings of the ticket shop %(name)s.")

    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShopPublished(ShopFact):
    """Strangers can buy from now on."""

    sentence = _("%(who)s opened the ticket shop %(name)s to buyers.")


@dataclass(frozen=True, slots=True)
class ShopClosed(ShopFact):
    """Strangers find the shop closed."""

    sentence = _("%(who)s closed the ticket shop %(name)s to buyers.")


@dataclass(frozen=True, slots=True)
class TrialModeChanged(ShopFact):
    """Orders count from now on, or no longer do."""

    sentence = _("%(who)s turned the test mode of the ticket shop %(name)s on or off.")

    is_test: bool


@dataclass(frozen=True, slots=True)
class TrialOrdersPurged(ShopFact):
    """What was ordered to try the shop is gone."""

    sentence = _("%(who)s removed the %(n_orders)s test orders of the ticket shop %(name)s.")

    n_orders: int


@dataclass(frozen=True, slots=True)
class CodesMade(ShopFact):
    """An offer has more promo codes; the fact tells how many, and never the codes."""

    sentence = _("%(who)s made %(n_codes)s promo codes for %(offer)s.")

    offer: str
    n_codes: int


@dataclass(frozen=True, slots=True)
class EventFact(Fact):
    """Something happened to an item of the programme."""

    product = "tickets"

    event_id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class EventMade(EventFact):
    """The programme has one more event."""

    sentence = _("%(who)s added the event %(title)s.")


@dataclass(frozen=True, slots=True)
class EventChanged(EventFact):
    """What buyers read of an event, or who sees it, is different; `what` names the columns."""

    sentence = _("%(who)s changed the event %(title)s.")

    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventRemoved(EventFact):
    """An event of which nothing was sold is gone."""

    sentence = _("%(who)s removed the event %(title)s.")


@dataclass(frozen=True, slots=True)
class PerformancesAdded(EventFact):
    """An event has more dates."""

    sentence = _("%(who)s added %(n_dates)s dates to %(title)s.")

    n_dates: int


@dataclass(frozen=True, slots=True)
class PerformancesChanged(EventFact):
    """When dates of an event begin, end to sell or are seen is different."""

    sentence = _("%(who)s changed %(n_dates)s dates of %(title)s.")

    n_dates: int
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PerformanceRemoved(EventFact):
    """A date of which nothing was sold is gone."""

    sentence = _("%(who)s removed a date of %(title)s.")

    starts_at: str


@dataclass(frozen=True, slots=True)
class PerformanceCancelled(EventFact):
    """A date does not take place, or not then, or does after all; `state` says which.

    `voids`, `refunds` and `tells` are what was chosen for its tickets, the money and the buyers.
    """

    sentence = _("%(who)s marked a date of %(title)s as %(state)s.")

    starts_at: str
    state: str
    performance_id: UUID | None = None
    voids: bool = False
    refunds: bool = False
    tells: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PricingChanged(EventFact):
    """Zones, prices or shared quotas of a date are different."""

    sentence = _("%(who)s changed the zones and prices of %(title)s.")

    performance_id: UUID
