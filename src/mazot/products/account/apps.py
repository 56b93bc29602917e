# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Account(AppConfig):
    name = "mazot.products.account"
    label = "account_room"  # "account" is allauth's
