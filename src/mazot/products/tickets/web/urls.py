# SPDX-License-Identifier: AGPL-3.0-or-later
"""The back office, below /tickets/."""

from django.urls import path

from mazot.products.tickets.web.views import (
    changes,
    counter,
    customers,
    dates,
    duplicating,
    events,
    forms,
    gates,
    home,
    making,
    offers,
    orders,
    plans,
    plans_new,
    pricing,
    seating,
    settings,
    statistics,
)

app_name = "tickets"

# programme
programme = [
    path("", home.home, name="home"),
    path("<uuid:shop_id>/ready", home.ready, name="ready"),
    path("<uuid:shop_id>/turn", home.turn, name="turn"),
    path("<uuid:shop_id>/events", events.events, name="events"),
    path("<uuid:shop_id>/events/new", making.event_new, name="event-new"),
    path("events/<uuid:event_id>", events.event, name="event"),
    path("events/<uuid:event_id>/edit", events.edit, name="event-edit"),
    path("events/<uuid:event_id>/picture", events.picture, name="event-picture"),
    path("events/<uuid:event_id>/picture/shown", events.picture_of, name="event-picture-shown"),
    path("events/<uuid:event_id>/duplicate", duplicating.duplicate, name="event-duplicate"),
    path("events/<uuid:event_id>/remove", events.remove, name="event-remove"),
    path("events/<uuid:event_id>/dates", dates.dates, name="dates"),
    path("events/<uuid:event_id>/dates/new", dates.dates_new, name="dates-new"),
    path("events/<uuid:event_id>/dates/several", dates.several, name="dates-several"),
    path("dates/<uuid:performance_id>", pricing.pricing, name="pricing"),
    path("dates/<uuid:performance_id>/edit", dates.date, name="date"),
    path("dates/<uuid:performance_id>/state", dates.state, name="date-state"),
    path("dates/<uuid:performance_id>/remove", dates.remove, name="date-remove"),
    path("dates/<uuid:performance_id>/zones/new", pricing.zone_new, name="zone-new"),
    path("dates/<uuid:performance_id>/zones/<uuid:zone_id>", pricing.zone, name="zone"),
    path("dates/<uuid:performance_id>/zones/<uuid:zone_id>/turn", pricing.zone_turn, name="zone-turn"),
    path("dates/<uuid:performance_id>/zones/<uuid:zone_id>/remove", pricing.zone_remove, name="zone-remove"),
    path("dates/<uuid:performance_id>/zones/<uuid:zone_id>/prices/new", pricing.price_new, name="price-new"),
    path("dates/<uuid:performance_id>/prices/<uuid:price_id>", pricing.price, name="price"),
    path("dates/<uuid:performance_id>/prices/<uuid:price_id>/remove", pricing.price_remove, name="price-remove"),
]
gate = [
    path("<uuid:shop_id>/gate", gates.gate, name="gate"),
    path("gate/lists/<uuid:list_id>", gates.gate_list, name="gate-list"),
    path("gate/lists/<uuid:list_id>/edit", gates.gate_list_edit, name="gate-list-edit"),
    path("gate/lists/<uuid:list_id>/remove", gates.gate_list_remove, name="gate-list-remove"),
    path("gate/scanners/<uuid:device_id>/code", gates.gate_code, name="gate-code"),
    path("gate/scanners/<uuid:device_id>/end", gates.gate_revoke, name="gate-revoke"),
    path("dates/<uuid:performance_id>/gate/lists/new", gates.gate_list_new, name="gate-list-new"),
    path("dates/<uuid:performance_id>/gate/scanners/new", gates.gate_pair, name="gate-pair"),
]
settings_of_shops = [
    path("dates/<uuid:performance_id>/quotas/new", offers.quota_new, name="quota-new"),
    path("dates/<uuid:performance_id>/quotas/<uuid:quota_id>", offers.quota, name="quota"),
    path("<uuid:shop_id>/offers", offers.offers, name="offers"),
    path("<uuid:shop_id>/offers/new", offers.offer_new, name="offer-new"),
    path("<uuid:shop_id>/offers/<uuid:offer_id>", offers.offer, name="offer"),
    path("<uuid:shop_id>/offers/<uuid:offer_id>/edit", offers.offer_edit, name="offer-edit"),
    path("<uuid:shop_id>/offers/<uuid:offer_id>/codes/new", offers.codes_new, name="codes-new"),
    path("<uuid:shop_id>/offers/<uuid:offer_id>/codes", offers.codes_export, name="codes-export"),
    path("<uuid:shop_id>/forms", forms.forms, name="forms"),
    path("<uuid:shop_id>/forms/new", forms.form_new, name="form-new"),
    path("<uuid:shop_id>/forms/<uuid:form_id>", forms.form, name="form"),
    path("<uuid:shop_id>/forms/<uuid:form_id>/remove", forms.form_remove, name="form-remove"),
    path("<uuid:shop_id>/settings", settings.settings, name="settings"),
    path("<uuid:shop_id>/settings/contact", settings.contact, name="contact"),
    path("<uuid:shop_id>/settings/test", settings.test_mode, name="test-mode"),
    path("<uuid:shop_id>/settings/test/purge", settings.test_purge, name="test-purge"),
    path("<uuid:shop_id>/methods", settings.methods, name="methods"),
    path("<uuid:shop_id>/methods/<uuid:method_id>", settings.method, name="method"),
]

# hall
halls = [
    path("<uuid:shop_id>/plans", plans.plans, name="plans"),
    path("<uuid:shop_id>/plans/new", plans_new.plan_new, name="plan-new"),
    path("<uuid:shop_id>/plans/import", plans_new.plan_import, name="plan-import"),
    path("plans/<uuid:plan_id>", plans.plan, name="plan"),
    path("plans/<uuid:plan_id>/section", plans.plan_section, name="plan-section"),
    path("plans/<uuid:plan_id>/save", plans.plan_save, name="plan-save"),
    path("plans/<uuid:plan_id>/remove", plans.plan_remove, name="plan-remove"),
    path("plans/<uuid:plan_id>/<int:number>/map", plans.plan_map, name="plan-map"),
    path("plans/<uuid:plan_id>/<int:number>/export.<str:kind>", plans.plan_export, name="plan-export"),
    path("dates/<uuid:performance_id>/seating", seating.seating, name="seating"),
    path("dates/<uuid:performance_id>/seating/attach", seating.seating_attach, name="seating-attach"),
    path("dates/<uuid:performance_id>/seating/map", seating.seating_map, name="seating-map"),
    path("dates/<uuid:performance_id>/seating/seats", seating.seating_seats, name="seating-seats"),
    path("dates/<uuid:performance_id>/seating/set", seating.seating_set, name="seating-set"),
    path("dates/<uuid:performance_id>/seating/card/<int:at>", seating.seating_card, name="seating-card"),
]

# counter
desk = [
    path("<uuid:shop_id>/counter", counter.counter, name="counter"),
    path("<uuid:shop_id>/counter/hold", counter.hold, name="counter-hold"),
    path("<uuid:shop_id>/counter/drop", counter.change, {"deed": "drop"}, name="counter-drop"),
    path("<uuid:shop_id>/counter/code", counter.change, {"deed": "code"}, name="counter-code"),
    path("<uuid:shop_id>/counter/sell", counter.sell, name="counter-sell"),
    path("dates/<uuid:performance_id>/counter/map", counter.counter_map, name="counter-map"),
    path("dates/<uuid:performance_id>/counter/seats", counter.counter_seats, name="counter-seats"),
    path("orders/<uuid:order_id>/tickets.pdf", counter.paper, {"kind": "tickets"}, name="order-tickets"),
    path("orders/<uuid:order_id>/invoice.pdf", counter.paper, {"kind": "invoice"}, name="order-invoice"),
]

# office
office = [
    path("<uuid:shop_id>/customers", customers.customers, name="customers"),
    path("customers/<uuid:customer_id>", customers.customer, name="customer"),
    path("customers/<uuid:customer_id>/notes", customers.customer_notes, name="customer-notes"),
    path("customers/<uuid:customer_id>/erase", customers.customer_erase, name="customer-erase"),
    path("orders/<uuid:order_id>/letter", changes.order_letter, name="order-letter"),
    path("orders/<uuid:order_id>/tickets/<uuid:ticket_id>/move", changes.order_move, name="order-move"),
    path("<uuid:shop_id>/statistics", statistics.statistics, name="statistics"),
    path("<uuid:shop_id>/exports/<slug:what>", statistics.export, name="export"),
    path("<uuid:shop_id>/orders", orders.orders, name="orders"),
    path("orders/<uuid:order_id>", orders.order, name="order"),
    path("orders/<uuid:order_id>/paid", orders.order_paid, name="order-paid"),
    path("orders/<uuid:order_id>/cancel", orders.order_cancel, name="order-cancel"),
    path("orders/<uuid:order_id>/refunds/<uuid:payment_id>", orders.order_refunded, name="order-refunded"),
    path("orders/<uuid:order_id>/refunds/<uuid:payment_id>/again", orders.order_refund_again, name="order-again"),
]

urlpatterns = [*programme, *gate, *settings_of_shops, *halls, *desk, *office]
