# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Tickets(AppConfig):
    name = "mazot.products.tickets"
    label = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
