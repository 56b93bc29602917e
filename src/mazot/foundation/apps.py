# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Foundation(AppConfig):
    name = "mazot.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"
