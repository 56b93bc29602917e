# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.products.tickets.models.forms import Form, Question
from mazot.products.tickets.models.gates import CheckinList, Device, Scan
from mazot.products.tickets.models.offers import Offer, PromoCode
from mazot.products.tickets.models.orders import Cart, Customer, Entry, Order, Payment, Ticket
from mazot.products.tickets.models.plans import Plan, PlanVersion, Seating
from mazot.products.tickets.models.programme import Event, Performance, Price, Quota, Visibility, Zone
from mazot.products.tickets.models.shops import Channel, PaymentMethod, Shop, WaitingRoom

__all__ = [
    "Cart",
    "Channel",
    "CheckinList",
    "Customer",
    "Device",
    "Entry",
    "Event",
    "Form",
    "Offer",
    "Order",
    "Payment",
    "PaymentMethod",
    "Performance",
    "Plan",
    "PlanVersion",
    "Price",
    "PromoCode",
    "Question",
    "Quota",
    "Scan",
    "Seating",
    "Shop",
    "Ticket",
    "Visibility",
    "WaitingRoom",
    "Zone",
]
