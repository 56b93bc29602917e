# SPDX-License-Identifier: AGPL-3.0-or-later
"""The back office, below /tickets/."""

from django.urls import path

from mazot.products.tickets.web.views import home

app_name = "tickets"

urlpatterns = [
    path("", home.home, name="home"),
]
