# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Tenancy(AppConfig):
    name = "mazot.tenancy"
    label = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"
