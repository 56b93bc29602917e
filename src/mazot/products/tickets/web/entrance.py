# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers reach: the shop below /shop/, the gate below /gate/."""

from django.urls import path

from mazot.products.tickets.web.views import halls

urlpatterns: list[object] = []

# hall
urlpatterns += [
    path("shop/<slug:slug>/hall/<uuid:performance_id>/map", halls.hall_map, name="shop-hall-map"),
    path("shop/<slug:slug>/hall/<uuid:performance_id>/seats", halls.hall_seats, name="shop-hall-seats"),
]
