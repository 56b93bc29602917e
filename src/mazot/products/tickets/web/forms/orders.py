# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked to change an order."""

from django import forms
from django.utils.translation import gettext_lazy

from mazot.products.tickets.web.forms.base import Asked


class MoveAsked(Asked):
    """Another seat at the same price."""

    seat = forms.ChoiceField(label=gettext_lazy("New seat"), help_text=gettext_lazy("Its price and its code stay."))
