# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Manager(AppConfig):
    name = "mazot.products.manager"
    label = "manager"
