# SPDX-License-Identifier: AGPL-3.0-or-later
"""A ticket shop goes to another organization, with every row that says whose it is."""

from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Refused
from mazot.products.tickets.actions.claims import lock_performances
from mazot.products.tickets.models import (
    Cart,
    CheckinList,
    Customer,
    Device,
    Event,
    Form,
    Offer,
    Order,
    PaymentMethod,
    Performance,
    Plan,
    Quota,
    Shop,
    Ticket,
)
from mazot.products.tickets.rights import TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action

ROWS: tuple[type[Model], ...] = (
    Performance,
    Event,
    Quota,
    Offer,
    Form,
    Plan,
    Customer,
    Cart,
    Order,
    Ticket,
    CheckinList,
    Device,
)


@action(needs=TECHNICAL)
def move_shop(actor: Actor, instance: ProductInstance, receiver_id: UUID) -> None:  # noqa: ARG001 - every deed has an actor
    """Let a shop follow its product: closed, and without the bank account and the keys of who gives it away.

    Refused while buyers hold places: they were told whom they buy from.
    """
    dates = Performance.objects.filter(instance_id=instance.id).values_list("id", flat=True)
    lock_performances(list(dates))  # nobody claims a place from here on
    if Ticket.objects.filter(instance_id=instance.id, state=Ticket.State.HELD, hold_until__gt=clock.now()).exists():
        raise Refused(
            "held",
            _("Buyers hold places in this shop, so it stays where it is."),
            way_out=_("Close the shop, and try again when their time is over."),
        )
    for model in ROWS:
        model._default_manager.filter(instance_id=instance.id).update(organization_id=receiver_id)
    PaymentMethod.objects.filter(shop__instance_id=instance.id).exclude(settings="").update(settings="", is_on=False)
    Shop.objects.filter(instance_id=instance.id).update(
        organization_id=receiver_id, is_open=False, iban="", creditor={}
    )
