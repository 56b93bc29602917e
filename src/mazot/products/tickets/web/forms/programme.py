# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked about events, dates, zones, prices and quotas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mazot.products.tickets.web.forms.base import (
    DISPLAYS,
    Amount,
    Asked,
    Count,
    Flag,
    Moment,
    Tenths,
    Words,
    choosing,
    displays_offered,
    in_currency,
)

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop

SEEN = (("visible", _("Visible")), ("hidden", _("Hidden")), ("full", _("Shown as full")))
STATES = (
    ("on", _("Takes place")),
    ("cancelled", _("Cancelled")),
    ("postponed", _("Postponed")),
)
ICONS = (
    ("", _("None")),
    ("child", _("Child")),
    ("student", _("Student")),
    ("senior", _("Senior")),
    ("staff", _("Staff")),
    ("press", _("Press")),
    ("guest", _("Guest")),
    ("wheelchair", _("Wheelchair")),
)


class EventForm(Asked):
    title = Words(label=_("Title"), max_length=160, required=True)
    subtitle = Words(label=_("Subtitle"), max_length=200)
    place = Words(label=_("Place"), max_length=160)
    address = Words(label=_("Address"), max_length=255)
    description = Words(label=_("Description"), max_length=20_000, rows=5)
    online = forms.ChoiceField(label=_("Online"), choices=SEEN)
    reseller = forms.ChoiceField(label=_("Resellers"), choices=SEEN)
    admin = forms.ChoiceField(label=_("Administrators"), choices=SEEN)
    display = forms.ChoiceField(label=_("How buyers see several dates"), choices=DISPLAYS)
    displays = displays_offered()
    shows_left = Flag(label=_("Show buyers how many places are left"))
    form = forms.ChoiceField(label=_("Asked once per order"), required=False)
    halves = frozenset({"place", "address", "online", "reseller", "admin", "display", "displays"})

    def __init__(self, *args: Any, forms_: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self.fields["form"], [("", _("No form")), *forms_])
        self.groups = (
            ("", ("title", "subtitle", "place", "address", "description")),
            (_("Visibility"), ("online", "reseller", "admin", "shows_left")),
            (_("Dates"), ("display", "displays")),
            (_("Form"), ("form",)),
        )


class DateForm(Asked):
    starts_at = Moment(label=_("Begins"), required=True)
    ends_at = Moment(label=_("Ends"))
    doors_at = Moment(label=_("Doors open"))
    capacity = Count(label=_("Places in all"), help_text=_("Empty: as many as the zones have."))
    online_from = Moment(label=_("Online sale begins"), help_text=_("Empty: as soon as it is visible."))
    online_until = Moment(label=_("Online sale ends"), help_text=_("Empty: when it begins."))
    reseller_until = Moment(label=_("Resellers' sale ends"), help_text=_("Empty: two hours after it begins."))
    admin_until = Moment(label=_("Administrators' sale ends"), help_text=_("Empty: two hours after it begins."))
    online = forms.ChoiceField(label=_("Online"), choices=SEEN)
    reseller = forms.ChoiceField(label=_("Resellers"), choices=SEEN)
    admin = forms.ChoiceField(label=_("Administrators"), choices=SEEN)
    groups = (
        ("", ("starts_at", "ends_at", "doors_at", "capacity")),
        (_("Sale"), ("online_from", "online_until", "reseller_until", "admin_until")),
        (_("Visibility"), ("online", "reseller", "admin")),
    )
    halves = frozenset(name for _title, names in groups for name in names)


class StateForm(Asked):
    state = forms.ChoiceField(
        label=_("The date"),
        choices=STATES,
        help_text=_("Nothing more is sold while it is cancelled or postponed. What happens to its orders, you choose."),
    )
    voids = Flag(label=_("Cancel its tickets and free their places"))
    refunds = Flag(label=_("Pay back what they cost; a fee of the order stays"))
    tells = Flag(label=_("Write to everybody who has tickets"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False, help_text=_("For your own books."))


# The eight tints of the design, by the names people have for them.
TINTS = (_("Blue"), _("Green"), _("Pink"), _("Orange"), _("Purple"), _("Yellow"), _("Sky blue"), _("Olive green"))


class ZoneForm(Asked):
    name = Words(label=_("Name"), max_length=80, required=True)
    quota = Count(label=_("Places in the zone"), help_text=_("Empty: as many as its prices or seats have."))
    tint = forms.TypedChoiceField(label=_("Colour"), coerce=int, choices=tuple(enumerate(TINTS, 1)))
    is_numbered = Flag(label=_("Zone with numbered seats"), help_text=_("Each ticket has a seat of the floor plan."))
    is_visible = Flag(label=_("Visible to buyers"), initial=True)
    halves = frozenset({"quota", "tint"})


class PriceForm(Asked):
    name = Words(label=_("Name"), max_length=80, required=True)
    amount = Amount(label=_("Amount"))
    quantity = Count(label=_("Tickets"), help_text=_("Empty: no limit of its own."))
    description = Words(label=_("Description"), max_length=200)
    vat_permille = Tenths(label=_("VAT in %"), required=False, help_text=_("Contained in the amount."))
    min_per_order = Count(label=_("At least per order"), most=1000)
    max_per_order = Count(label=_("At most per order"), least=1, most=1000)
    online = Flag(label=_("Online"), initial=True)
    reseller = Flag(label=_("Resellers"), initial=True)
    admin = Flag(label=_("Administrators"), initial=True)
    sale_from = Moment(label=_("Sale begins"))
    sale_until = Moment(label=_("Sale ends"))
    is_visible = Flag(label=_("Visible to buyers"), initial=True)
    is_secret = Flag(label=_("Secret"), help_text=_("A promo code shows it."))
    proof = Words(label=_("What the holder brings along"), max_length=200)
    scan_icon = forms.ChoiceField(label=_("Sign at the gate"), choices=ICONS, required=False)
    form = forms.ChoiceField(label=_("Asked for each ticket"), required=False)
    groups = (
        ("", ("name", "amount", "quantity", "is_visible")),
        (_("Sale"), ("online", "reseller", "admin", "sale_from", "sale_until", "min_per_order", "max_per_order")),
        (_("More"), ("description", "vat_permille", "scan_icon", "proof", "form", "is_secret")),
    )
    halves = frozenset(
        {"amount", "quantity", "sale_from", "sale_until", "min_per_order", "max_per_order", "vat_permille", "scan_icon"}
    )

    def __init__(self, *args: Any, shop: Shop, forms_: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_currency(self.fields["amount"], shop.currency)
        self.fields["amount"].label = _("Amount in %(currency)s") % {"currency": shop.currency}
        choosing(self.fields["form"], [("", _("No form")), *forms_])


class QuotaForm(Asked):
    name = Words(label=_("Name"), max_length=80, required=True)
    size = Count(label=_("Places they share"), required=True)
    prices = forms.MultipleChoiceField(label=_("Prices"), widget=forms.CheckboxSelectMultiple, required=True)

    def __init__(self, *args: Any, prices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choosing(self.fields["prices"], prices)
