# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Asked(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class Nothing(Asked):
    """A question that is answered by pressing the button."""


class Renewal(Nothing):
    """The same, where nothing is lost."""

    kind = "primary"


class ServiceForm(Asked):
    domain = forms.CharField(
        label=_("Domain"), max_length=253, help_text=_("What stands behind the @, for example example.org.")
    )


class AddressForm(Asked):
    local = forms.CharField(label=_("Name"), max_length=64, help_text=_("What stands before the @."))
    kind = forms.ChoiceField(
        label=_("What it does"),
        choices=(
            ("real", _("Keeps mail: for somebody, or for several together")),
            ("alias", _("Alias: another name of an address, does not count")),
            ("redirect", _("Redirects: sends everything on, does not count")),
        ),
        initial="real",
    )
    name = forms.CharField(
        label=_("Shown name"), max_length=120, required=False, help_text=_("Beside the address, in letters from it.")
    )
    keeper = forms.ChoiceField(
        label=_("Whose it is"), required=False, help_text=_("They read it and may do all of it. Nobody is fine too.")
    )
    target = forms.ChoiceField(label=_("Alias of"), required=False, help_text=_("Only for an alias."))


class NameForm(Asked):
    name = forms.CharField(
        label=_("Shown name"), max_length=120, required=False, help_text=_("Beside the address, in letters from it.")
    )


class AliasForm(Asked):
    local = forms.CharField(label=_("Name"), max_length=64, help_text=_("What stands before the @."))


class DeviceForm(Asked):
    name = forms.CharField(
        label=_("Name of the device"),
        max_length=80,
        help_text=_("So that you know it again: telephone, office printer."),
    )


class PersonForm(Asked):
    member = forms.ChoiceField(label=_("Person"))
    is_keeper = forms.ChoiceField(
        label=_("As"),
        choices=(("", _("Somebody with the usual rights")), ("1", _("Keeper: may do all of it"))),
        required=False,
    )


class InvitedForm(Asked):
    login = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("They get a letter, and find this address once they have accepted."),
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )


class AttachForm(Asked):
    address = forms.CharField(
        label=_("Address"), max_length=320, widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Password of a device"),
        max_length=200,
        help_text=_("One that a program or telephone reads this address with, not the one of an account."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class RedirectionForm(Asked):
    goes_to = forms.CharField(
        label=_("Send on to"),
        max_length=254,
        help_text=_("They get a letter first; nothing is sent on before they accept."),
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )


class RoomForm(Asked):
    max_addresses = forms.IntegerField(
        label=_("Addresses"), min_value=1, max_value=10_000, help_text=_("Only those that keep mail count.")
    )


class SheetForm(Asked):
    sheet = forms.FileField(
        label=_("Table"),
        help_text=_("CSV with three columns: name before the @, shown name, login of whoever keeps it."),
    )


class FileForm(Asked):
    file = forms.FileField(
        label=_("File"), help_text=_("An mbox, a single letter (.eml), or a zip of letters or a Maildir.")
    )
    into = forms.CharField(
        label=_("Into the folder"),
        max_length=200,
        required=False,
        initial=_("Imported"),
        help_text=_("Folders of the file come below it. Left empty, they stand beside your own."),
    )


class ServerForm(Asked):
    host = forms.CharField(label=_("Server"), max_length=253, help_text=_("For example imap.example.org."))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    login = forms.CharField(label=_("User name"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    password = forms.CharField(
        label=_("Password"),
        max_length=254,
        strip=False,
        help_text=_("Kept encrypted until the import is over, and not longer."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    into = forms.CharField(
        label=_("Into the folder"),
        max_length=200,
        required=False,
        help_text=_("Left empty, its inbox goes into yours, and its folders beside your own."),
    )


class ReplyForm(Asked):
    DAYS = (
        ("0", _("Monday")),
        ("1", _("Tuesday")),
        ("2", _("Wednesday")),
        ("3", _("Thursday")),
        ("4", _("Friday")),
        ("5", _("Saturday")),
        ("6", _("Sunday")),
    )

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For yourself: holidays, summer."))
    subject = forms.CharField(
        label=_("Subject"), max_length=200, required=False, help_text=_("Left empty, it is made of theirs.")
    )
    text = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}))
    starts = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    ends = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    weekdays = forms.MultipleChoiceField(
        label=_("On"),
        choices=DAYS,
        initial=[day for day, _title in DAYS],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
        error_messages={"required": _("Choose at least one day of the week.")},
    )
    exceptions = forms.CharField(
        label=_("Not to"),
        max_length=5_000,
        required=False,
        help_text=_("One address a line; * stands for any letters, as in *@example.org."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ScriptForm(Asked):
    name = forms.CharField(label=_("Name"), max_length=128)
    source = forms.CharField(
        label=_("Script"),
        max_length=200_000,
        strip=False,
        help_text=_("In Sieve (RFC 5228). It is kept only when it can run."),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "data-code": ""}),
    )
