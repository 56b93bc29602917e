# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Drive(AppConfig):
    name = "mazot.products.drive"
    label = "drive"
    default_auto_field = "django.db.models.BigAutoField"
