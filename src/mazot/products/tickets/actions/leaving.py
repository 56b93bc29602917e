# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of a person's name on orders, payments and drawings when they leave an organization."""

from typing import Any

from mazot.exchange.product import Choice
from mazot.products.tickets.models import Cart, Entry, Order, Payment, PlanVersion
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action

Record = dict[str, Any]


@action(needs=MANAGE_PEOPLE)
def keep_sales(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """What somebody sold belongs to the organization and stays as it is; nothing is to be done at once."""
    return record


@action(needs=MANAGE_PEOPLE)
def keep_sellers(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> Record:  # noqa: ARG001 - every deed of a removal is called alike
    """No name was forgotten yet, so nothing has to come back."""
    return {}


@action(needs=MANAGE_PEOPLE)
def forget_seller(actor: Actor, membership: Membership, *, key: str, choice: Choice, record: Record) -> None:  # noqa: ARG001 - every deed of a removal is called alike
    """Keep orders, payments, their history and drawings without the name of who made them."""
    organization, person = membership.organization_id, membership.person_id
    Order.objects.filter(organization_id=organization, seller_id=person).update(seller=None)
    Cart.objects.filter(shop__organization_id=organization, seller_id=person).update(seller=None)
    Entry.objects.filter(order__organization_id=organization, by_id=person).update(by=None)
    Payment.objects.filter(order__organization_id=organization, by_id=person).update(by=None)
    PlanVersion.objects.filter(plan__organization_id=organization, by_id=person).update(by=None)
