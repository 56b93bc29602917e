# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is asked about a shop, its ways to pay, its offers and its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mazot.products.tickets.queries.methods import SECRETS
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
    from mazot.products.tickets.models import PaymentMethod

KINDS = (
    ("percent", _("Percent of each price")),
    ("per_ticket", _("Amount off each ticket")),
    ("total", _("Amount off the whole order")),
)
QUESTION_KINDS = (
    ("text", _("Text")),
    ("long_text", _("Long text")),
    ("choice", _("One of several")),
    ("choices", _("Several of several")),
    ("number", pgettext_lazy("kind of answer", "Number")),
    ("date", _("Date")),
    ("phone", _("Phone number")),
    ("email", _("E-mail address")),
    ("country", _("Country")),
    ("consent", _("Consent")),
)
QUESTION_STATES = (
    ("hidden", _("Hidden")),
    ("optional", _("Optional")),
    ("required", _("Required")),
)
SCOPES = (("order", _("Once per order")), ("price", _("For each ticket")))
KEYS = {"secret_key": _("Secret key"), "webhook_secret": _("Secret of the webhook")}


class ShopForm(Asked):
    name = Words(label=_("Name"), max_length=120, required=True, help_text=_("Buyers read it on pages and tickets."))
    slug = Words(label=_("Address"), max_length=60, required=True, help_text=_("The last part of the shop's address."))
    introduction = Words(label=_("Introduction"), max_length=4000, rows=3)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    currency = Words(label=_("Currency"), max_length=3, required=True, help_text=_("Fixed after the first order."))
    timezone = Words(label=_("Time zone"), max_length=64, required=True)
    hold_minutes = Count(label=_("Minutes a cart keeps its places"), least=5, most=60, required=True)
    number_prefix = Words(label=_("Order numbers begin with"), max_length=8, required=True)
    display = forms.ChoiceField(label=_("How buyers see the programme"), choices=DISPLAYS)
    displays = displays_offered()
    cancel_hours = Count(
        label=_("Buyers may cancel until so many hours before"),
        most=24 * 365,
        help_text=_("The whole order, before the start of its first date. Empty: they ask you."),
    )
    cancel_keeps = Tenths(
        label=_("You keep of what was paid, in %"), required=False, help_text=_("The rest goes back to the buyer.")
    )
    queue_size = Count(
        label=_("Buyers who choose at once"),
        least=1,
        most=10_000,
        help_text=_("Whoever comes when so many choose or pay waits for their turn. Empty: no waiting room."),
    )
    queue_opens_at = Moment(
        label=_("Sale opens at"),
        help_text=_("Those who come in the hour before draw their places by lot."),
    )
    vat_number = Words(label=_("VAT number"), max_length=40)
    iban = Words(label=_("IBAN"), max_length=60)
    creditor_name = Words(label=_("Name"), max_length=70)
    creditor_street = Words(label=_("Street"), max_length=70)
    creditor_house = Words(label=_("Number"), max_length=16)
    creditor_postcode = Words(label=_("Postcode"), max_length=16)
    creditor_town = Words(label=_("Town"), max_length=35)
    creditor_country = Words(label=_("Country code"), max_length=2)
    origins = Words(
        label=_("Websites that show the widget"), rows=3, max_length=4000, help_text=_("One on each line: https://…")
    )
    groups = (
        ("", ("name", "slug", "introduction", "language", "currency", "timezone")),
        (_("Programme"), ("display", "displays")),
        (_("Sale"), ("hold_minutes", "number_prefix")),
        (_("Cancelling"), ("cancel_hours", "cancel_keeps")),
        (_("Waiting room"), ("queue_size", "queue_opens_at")),
        (
            _("Invoices"),
            (
                "iban",
                "vat_number",
                "creditor_name",
                "creditor_street",
                "creditor_house",
                "creditor_postcode",
                "creditor_town",
                "creditor_country",
            ),
        ),
        (_("Widget"), ("origins",)),
    )
    halves = frozenset(
        {"language", "currency", "iban", "vat_number", "number_prefix", "hold_minutes", "display", "displays"}
        | {"queue_size", "queue_opens_at", "cancel_hours", "cancel_keeps"}
        | {"creditor_street", "creditor_house", "creditor_postcode", "creditor_town"}
    )


class ContactForm(Asked):
    contact_name = Words(label=_("Name"), max_length=120)
    contact_email = Words(label=_("E-mail address"), max_length=254)
    contact_phone = Words(label=_("Phone number"), max_length=40)
    website = Words(label=_("Website"), max_length=255)
    terms = Words(label=_("General terms"), rows=12, max_length=40_000)
    halves = frozenset({"contact_email", "contact_phone"})


class MethodForm(Asked):
    is_on = Flag(label=_("Offered to buyers"))
    name = Words(label=_("Name"), max_length=80, required=True)
    description = Words(label=_("Description"), max_length=400)
    online = Flag(label=_("Online"))
    reseller = Flag(label=_("Resellers"))
    admin = Flag(label=_("Administrators"))
    min_total = Amount(label=_("From a total of"), required=False)
    max_total = Amount(label=_("Up to a total of"), required=False)
    cutoff_days = Count(label=_("Days before the event it ends"), most=3650)
    deadline_days = Count(label=_("Days to pay"), least=1, most=365)
    fee_fixed = Amount(label=_("Fee per order"), required=False)
    fee_permille = Tenths(label=_("Fee in %"), required=False)
    fee_per_ticket = Amount(label=_("Fee per ticket"), required=False)
    text = Words(label=_("Text at the end of the invoice"), rows=3, max_length=4000)
    halves = frozenset({"min_total", "max_total", "cutoff_days", "deadline_days", "fee_fixed", "fee_permille"})

    def __init__(self, *args: Any, method: PaymentMethod, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("min_total", "max_total", "fee_fixed", "fee_per_ticket"):
            in_currency(self.fields[name], currency)
        is_invoice = method.kind == "invoice"
        own: tuple[str, ...] = ()
        for name in SECRETS.get(method.provider, ()):
            note = _("Kept sealed; empty leaves it as it is.")
            self.fields[name] = Words(label=KEYS[name], max_length=400, help_text=note)
            self.fields[name].widget = forms.PasswordInput(attrs={"autocomplete": "off"})
            own += (name,)
        if not is_invoice:
            del self.fields["deadline_days"], self.fields["text"]
        self.groups = (
            ("", ("is_on", "name", "description", *own)),
            (_("Who is offered it"), ("online", "reseller", "admin", "min_total", "max_total", "cutoff_days")),
            (_("Fees"), ("fee_fixed", "fee_permille", "fee_per_ticket")),
            (_("Invoice"), ("deadline_days", "text")),
        )


class OfferForm(Asked):
    name = Words(label=_("Name"), max_length=80, required=True, help_text=_("Buyers read it."))
    kind = forms.ChoiceField(label=_("Discount"), choices=KINDS)
    value = Words(label=_("How much"), max_length=20, help_text=_("10 for 10 %, or an amount such as 5.00."))
    is_on = Flag(label=_("Its codes work"), initial=True)
    max_tickets = Count(label=_("Tickets in all"), least=1, help_text=_("Used up, no code works."))
    max_per_order = Count(label=_("Tickets per order"), least=1, most=1000, help_text=_("With more, it is refused."))
    starts_at = Moment(label=_("Begins"))
    ends_at = Moment(label=_("Ends"))
    shows_secret = Flag(label=_("Its codes show secret prices"))
    prices = forms.MultipleChoiceField(
        label=_("Prices"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("None ticked: all of them.")
    )
    groups = (
        ("", ("name", "kind", "value", "is_on")),
        (_("Limits"), ("max_tickets", "max_per_order", "starts_at", "ends_at")),
        (_("Prices"), ("shows_secret", "prices")),
    )
    halves = frozenset({"kind", "value", "max_tickets", "max_per_order", "starts_at", "ends_at"})

    def __init__(self, *args: Any, currency: str, prices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        choosing(self.fields["prices"], prices)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_percent = said.get("kind") == "percent"
        reader: forms.Field = Tenths(required=False) if is_percent else Amount(currency=self.currency, required=False)
        try:
            said["value"] = reader.clean(said.get("value", "")) or 0
        except forms.ValidationError as error:
            self.add_error("value", error)
        return said


class CodesForm(Asked):
    code = Words(label=_("A code you choose"), max_length=40, help_text=_("Empty: codes that nobody guesses."))
    count = Count(label=_("How many"), least=1, most=5000, initial=1)
    beginning = Words(label=_("They begin with"), max_length=20)
    max_orders = Count(label=_("Orders for each code"), least=1, help_text=_("1: each works once. Empty: no limit."))
    halves = frozenset({"count", "beginning"})


class NewFormForm(Asked):
    name = Words(label=_("Name"), max_length=80, required=True)
    scope = forms.ChoiceField(label=_("Asked"), choices=SCOPES)
