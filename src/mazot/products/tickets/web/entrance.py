# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers reach: the shop below /shop/, the gate below /gate/."""

from django.urls import path

from mazot.products.tickets.web.views import bought, cards, checkout, halls, mine, papers, posters, scanner, shop

urlpatterns: list[object] = []

# hall
urlpatterns += [
    path("shop/<slug:slug>/hall/<uuid:performance_id>/map", halls.hall_map, name="shop-hall-map"),
    path("shop/<slug:slug>/hall/<uuid:performance_id>/seats", halls.hall_seats, name="shop-hall-seats"),
]

# sales: paying by card
urlpatterns += [
    path("shop/<slug:slug>/order/<str:secret>/card", cards.pay, name="shop-card-pay"),
    path("shop/<slug:slug>/order/<str:secret>/test-card", cards.test_card, name="shop-test-card"),
    path("shop/<slug:slug>/card/<slug:provider>", cards.heard, name="shop-card-heard"),
]

# shop
urlpatterns += [
    path("widget.js", shop.widget, name="shop-widget"),
    path("shop/<slug:slug>/", shop.programme, name="shop"),
    path("shop/<slug:slug>/checkout", checkout.checkout, name="shop-checkout"),
    path("shop/<slug:slug>/checkout/drop", checkout.change, {"deed": "drop"}, name="shop-drop"),
    path("shop/<slug:slug>/checkout/code", checkout.change, {"deed": "code"}, name="shop-code"),
    path("shop/<slug:slug>/checkout/extend", checkout.change, {"deed": "extend"}, name="shop-extend"),
    path("shop/<slug:slug>/order/<str:secret>", bought.order, name="shop-order"),
    path("shop/<slug:slug>/order/<str:secret>/cancel", bought.withdraw, name="shop-order-cancel"),
    path("shop/<slug:slug>/order/<str:secret>/holder/<uuid:ticket_id>", bought.holder, name="shop-holder"),
    path("shop/<slug:slug>/event/<slug:event_slug>", shop.event, name="shop-event"),
    path("shop/<slug:slug>/event/<slug:event_slug>/<slug:digest>.webp", posters.poster, name="shop-poster"),
    path("shop/<slug:slug>/event/<slug:event_slug>/waiting", shop.waiting, name="shop-waiting"),
    path("shop/<slug:slug>/event/<slug:event_slug>/choose", shop.choose, name="shop-choose"),
]

# paper
urlpatterns += [
    path("shop/<slug:slug>/order/<str:secret>/tickets.pdf", papers.tickets, name="shop-order-tickets"),
    path("shop/<slug:slug>/order/<str:secret>/tickets/<int:number>.pdf", papers.tickets, name="shop-order-ticket"),
    path("shop/<slug:slug>/order/<str:secret>/invoice.pdf", papers.invoice, name="shop-order-invoice"),
]

# gate
urlpatterns += [
    path("gate/", scanner.gate, name="gate"),
    path("gate/pair", scanner.pair, name="gate-pair"),
    path("gate/leave", scanner.leave, name="gate-leave"),
    path("gate/scan", scanner.scan, name="gate-scan"),
    path("gate/late", scanner.late, name="gate-late"),
    path("gate/known", scanner.known, name="gate-known"),
    path("gate/worker.js", scanner.worker, name="gate-worker"),
    path("gate/manifest.webmanifest", scanner.manifest, name="gate-manifest"),
]

# buyers on their own
urlpatterns += [
    path("shop/<slug:slug>/orders", mine.ask_link, name="shop-orders"),
    path("shop/<slug:slug>/orders/<str:token>", mine.mine, name="shop-mine"),
    path("shop/<slug:slug>/order/<str:secret>/letter", mine.letter, name="shop-order-letter"),
]
