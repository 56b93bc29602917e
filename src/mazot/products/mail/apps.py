# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Mail(AppConfig):
    name = "mazot.products.mail"
    label = "mail"
    default_auto_field = "django.db.models.BigAutoField"
