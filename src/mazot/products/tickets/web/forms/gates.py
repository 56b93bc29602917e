# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked for a check-in list and for a scanner."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazot.products.tickets.web.forms.base import Asked, Flag, Moment


class ListAsked(Asked):
    name = forms.CharField(label=_("Name"), max_length=80)
    zones = forms.MultipleChoiceField(
        label=_("Zones"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None ticked lets in all.")
    )
    mode = forms.ChoiceField(
        label=_("How often"),
        choices=(
            ("single", _("Once")),
            ("reentry", _("Again after an exit")),
            ("multi", _("As often as they come")),
        ),
    )
    admits_unpaid = Flag(label=_("Let in tickets that are not paid yet"))
    opens_at = Moment(label=_("Opens"))
    closes_at = Moment(label=_("Closes"))
    groups = (("", ("name", "mode", "zones", "admits_unpaid")), (_("Times"), ("opens_at", "closes_at")))
    halves = frozenset({"opens_at", "closes_at"})

    def __init__(self, *args: Any, zones: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zones"].choices = list(zones)  # type: ignore[attr-defined]
        if len(zones) < 2:
            del self.fields["zones"]


class DeviceAsked(Asked):
    name = forms.CharField(label=_("Name of the scanner"), max_length=80, help_text=_("Such as “Door 1”."))
    gate = forms.CharField(label=_("Where it stands"), max_length=80, required=False)
    list = forms.ChoiceField(label=_("Check-in list"), required=False)

    def __init__(self, *args: Any, lists: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["list"].choices = [(str(one.id), one.name) for one in lists]  # type: ignore[attr-defined]
        if len(lists) < 2:
            self.fields["list"].widget = forms.HiddenInput()
            self.fields["list"].choices = [("", ""), *self.fields["list"].choices]  # type: ignore[attr-defined]
