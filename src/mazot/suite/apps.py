# SPDX-License-Identifier: AGPL-3.0-or-later
from django.apps import AppConfig


class Suite(AppConfig):
    name = "mazot.suite"
    label = "suite"
