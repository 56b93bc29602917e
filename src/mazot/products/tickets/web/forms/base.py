# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms that draw themselves in groups, take refusals of the domain, and read amounts and moments."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.foundation.errors import DomainError
from mazot.products.tickets.rules.currencies import amount_typed, typed_amount

DISPLAYS = (("list", gettext_lazy("List")), ("month", gettext_lazy("Month")), ("week", gettext_lazy("Week")))
Group = tuple[str | Promise, tuple[str, ...]]


class Asked(forms.Form):
    """Fields in groups: the first one stands open, the others open when they are needed."""

    use_required_attribute = True
    groups: tuple[Group, ...] = ()
    halves: frozenset[str] = frozenset()  # stand beside each other where there is room
    lead: str | Promise = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def refuse(self, error: DomainError) -> None:
        """Say a refusal beside the field it is about, or above all of them."""
        field = str(error.facts.get("field", ""))
        sentence = " ".join(filter(None, (str(error.sentence), str(error.way_out))))
        self.add_error(field if field in self.fields else None, sentence)

    def parts(self) -> Iterator[dict[str, Any]]:
        groups = self.groups or ((("", tuple(self.fields))),)
        for number, (title, names) in enumerate(groups):
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                is_open = not number or any(field.errors for field in fields)
                yield {"title": title, "fields": [self._dressed(field) for field in fields], "is_open": is_open}

    def _dressed(self, field: BoundField) -> dict[str, Any]:
        widget = field.field.widget
        return {
            "field": field,
            "is_check": isinstance(widget, forms.CheckboxInput),
            "is_many": isinstance(widget, forms.CheckboxSelectMultiple),
            "is_half": field.name in self.halves,
        }


class Amount(forms.Field):
    """An amount of money in a currency, as smallest units."""

    def __init__(self, *, currency: str = "CHF", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(**kwargs)
        self.widget.attrs.update(inputmode="decimal", maxlength=20)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        amount = amount_typed(text, self.currency)
        if amount is None:
            raise forms.ValidationError(_("This is no amount; one looks like 28.50."))
        return amount

    def prepare_value(self, value: Any) -> Any:
        return typed_amount(value, self.currency) if isinstance(value, int) else value


class Tenths(forms.Field):
    """A percentage with one decimal, as permille: 8.1 is 81."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update(inputmode="decimal", maxlength=6)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip().rstrip("%").strip()
        if not text:
            return 0
        whole, _dot, part = text.replace(",", ".").partition(".")
        if not whole.isdecimal() or (part and not part.isdecimal()) or len(part.rstrip("0")) > 1:
            raise forms.ValidationError(_("This is no percentage; one looks like 8.1."))
        return int(whole) * 10 + int(part[:1] or 0)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        return f"{value // 10}.{value % 10}" if value % 10 else str(value // 10)


class Moment(forms.DateTimeField):
    """A date and a time on the clock of the shop."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)


class Count(forms.IntegerField):
    """A whole number; empty is none."""

    def __init__(self, *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(min_value=least, max_value=most, **kwargs)


class Flag(forms.BooleanField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class Words(forms.CharField):
    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        if rows:
            kwargs["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)


def displays_offered() -> forms.MultipleChoiceField:
    label, hint = gettext_lazy("Buyers can switch to"), gettext_lazy("None ticked: they see them in one way.")
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, help_text=hint, choices=DISPLAYS, widget=widget, required=False)


class Nothing(Asked):
    """A question that is answered by pressing the button."""

    def __init__(self, *args: Any, lead: str | Promise = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lead = lead


def choosing(field: forms.Field, choices: Any) -> None:
    """Let a field choose among what is there at this moment."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def in_currency(field: forms.Field, currency: str) -> None:
    assert isinstance(field, Amount)
    field.currency = currency
