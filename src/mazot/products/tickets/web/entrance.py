# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers reach: the shop below /shop/, the gate below /gate/."""

from django.urls import path

from mazot.products.tickets.web.views import cards, halls

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
