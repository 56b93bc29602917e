# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to orders."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class OrderFact(Fact):
    """Something happened to an order."""

    product = "tickets"

    order_id: UUID
    shop_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class OrderPlaced(OrderFact):
    """A buyer ordered; the order waits for money or is paid."""

    sentence = _("%(who)s placed the order %(number)s.")


@dataclass(frozen=True, slots=True)
class OrderPaid(OrderFact):
    """An order is paid in full."""

    sentence = _("%(who)s noted that the order %(number)s is paid.")


@dataclass(frozen=True, slots=True)
class OrderExpired(OrderFact):
    """An order was not paid by its deadline, and its places are free again."""

    sentence = _("The order %(number)s was not paid in time; its places are free again.")


@dataclass(frozen=True, slots=True)
class OrderCancelled(OrderFact):
    """Tickets of an order were cancelled; the fact says how many, and what was done beside it."""

    sentence = _("%(who)s cancelled %(n_tickets)s tickets of the order %(number)s.")

    n_tickets: int
    freed: bool
    refunded: int  # smallest units, to be paid back
    tells: bool  # whether the customer gets a letter


@dataclass(frozen=True, slots=True)
class OrderLetterAsked(OrderFact):
    """Somebody wants the letter about an order once more."""

    sentence = _("%(who)s had the letter of the order %(number)s sent again.")


@dataclass(frozen=True, slots=True)
class OrderReminded(OrderFact):
    """The deadline of an unpaid order is near, and its customer is told."""

    sentence = _("The customer of the order %(number)s is reminded to pay it.")


@dataclass(frozen=True, slots=True)
class TicketMoved(OrderFact):
    """A ticket has another seat, and the same code."""

    sentence = _("%(who)s moved a ticket of the order %(number)s from %(before)s to %(after)s.")

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class OrderNeedsAttention(OrderFact):
    """Money came for places that are gone, or not as much as was asked: somebody looks at it."""

    sentence = _("The order %(number)s needs somebody to look at it.")

    why: str


@dataclass(frozen=True, slots=True)
class RefundAsked(OrderFact):
    """Money of an order goes back through the provider it came from."""

    sentence = _("%(who)s has money of the order %(number)s given back through its card provider.")
