# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tickets: an organization sells places for what it puts on, from the drawn floor plan to the scan at the gate.

Nouns: shop (a product instance: usually a season), event (an item of the programme), performance (one dated
occurrence; an event has at least one), zone (a pricing area of a performance, with numbered seats or without), price
(one line inside a zone), plan and plan version (a drawn room with sections, rows and seats), seating (which seat of a
performance is in which zone, and who may sell it), cart, ticket (one place, from the cart to the gate), order,
customer, payment method, payment, offer (what a promo code gives), form, check-in list, device (a scanner), scan.
Trap: a zone is a pricing area and a section is a physical block; pretix calls the physical block a zone.
Invariants: a seat of a performance has at most one ticket that takes it (the database refuses a second one); every
claim of a place locks its performance first, so that a count and an insert are one deed; a ticket's amount never
changes after the order; an order comes from one cart and a cart makes one order, however often it is confirmed;
money is in the smallest units of the order's currency.
"""
