# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an organization says of itself, as it may be written, and the stamp that tells two people saving at once."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from django_countries import countries

from mazot.foundation.errors import Invalid
from mazot.foundation.text import composed, folded, hidden_letter
from mazot.tenancy.limits import checked_name, checked_tint
from mazot.tenancy.models import Contact, Organization
from mazot.tenancy.models.organizations import Kind

IDENTITY = ("kind", "legal_name")  # what only a legal representative changes
PURPOSES = ("billing", "technical", "legal")
MARKS = frozenset("\u061c\u200e\u200f")  # they turn the writing as well; the joiners that emoji need stay
_PHONE = re.compile(r"\+?[0-9 ()./-]{4,31}")
_WEB = URLValidator(schemes=("http", "https"))


class Details(TypedDict, total=False):
    """The details of an organization; those that are not named stay as they are."""

    name: str
    tint: int
    kind: str
    legal_name: str
    street: str
    postal_code: str
    city: str
    country: str
    phone: str
    website: str


class TypedContact(TypedDict):
    """Whom to write to about one side of the organization; without name and address there is nobody."""

    purpose: Literal["billing", "technical", "legal"]
    name: str
    address: str
    phone: str


def checked_details(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they are kept; Invalid names the field, the limit and the way out."""
    return {name: _CHECKS[name](typed[name]) for name in _CHECKS if name in typed}


def checked_contacts(typed: list[TypedContact]) -> list[Contact]:
    """The contacts as they are kept, one for each purpose at most; lines without name and address are nobody."""
    found: dict[str, Contact] = {}
    for line in typed:
        purpose = line["purpose"]
        if purpose not in PURPOSES or purpose in found:
            raise Invalid("unknown_purpose", _("There is one contact for each purpose."), field="purpose")
        if not any(line[part].strip() for part in ("name", "address", "phone")):  # type: ignore[literal-required]
            continue
        found[purpose] = Contact(
            purpose=purpose,
            name=_line(line["name"], field=f"{purpose}_name", limit=120, may_be_empty=False),
            address=_address(line["address"], field=f"{purpose}_address"),
            phone=checked_phone(line["phone"], field=f"{purpose}_phone"),
        )
    return list(found.values())


def stamp_of(organization: Organization) -> str:
    """A short word that is another one as soon as any detail is."""
    return _digest([str(getattr(organization, name)) for name in _CHECKS])


def stamp_of_contacts(contacts: list[Contact]) -> str:
    """The same for contacts."""
    ordered = sorted(contacts, key=lambda contact: contact.purpose)
    return _digest([f"{one.purpose}\n{one.name}\n{one.address}\n{one.phone}" for one in ordered])


def checked_phone(text: str, *, field: str = "phone") -> str:
    phone = _line(text, field=field, limit=32)
    digits = sum(letter.isdigit() for letter in phone)
    # E.164 numbers have at most fifteen digits.
    if phone and not (_PHONE.fullmatch(phone) and 4 <= digits <= 15):
        sentence = _("A phone number has 4 to 15 digits, with spaces and a plus in front if you like.")
        raise Invalid("not_a_phone", sentence, field=field, limit=15)
    return phone


def _line(text: str, *, field: str, limit: int, may_be_empty: bool = True) -> str:
    """One line as it is kept, refused when it holds letters that hide or turn the others."""
    if letter := hidden_letter(text.strip()) or next((letter for letter in text if letter in MARKS), ""):
        sentence = _("This holds the invisible character %(code)s. Type the text instead of pasting it.")
        raise Invalid("unseen", sentence % {"code": f"U+{ord(letter):04X}"}, field=field)
    return checked_name(text, field=field, limit=limit, may_be_empty=may_be_empty)


def _name(text: str) -> str:
    return _line(text.replace("\n", " "), field="name", limit=120, may_be_empty=False)


def _kind(kind: str) -> str:
    if kind not in Kind.values:
        raise Invalid("unknown_kind", _("There is no such kind of organization."), field="kind")
    return kind


def _country(code: str) -> str:
    if code and code not in dict(countries):
        raise Invalid("unknown_country", _("Choose a country from the list."), field="country")
    return code


def _website(text: str) -> str:
    website = composed(text).strip()
    if not website:
        return ""
    if "://" not in website:
        website = f"https://{website}"
    try:
        if len(website) > 200 or "@" in website.split("/")[2]:
            raise ValidationError("")
        _WEB(website)
    except ValidationError:
        sentence = _("A website begins with http:// or https:// and has at most 200 characters.")
        raise Invalid("not_a_website", sentence, field="website", limit=200) from None
    return website


def _address(text: str, *, field: str) -> str:
    address = folded(text)
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid("not_an_address", _("This is not an e-mail address."), field=field) from None
    if len(address) > 254:
        raise Invalid("too_long", _("An e-mail address has at most 254 characters."), field=field, limit=254)
    return address


def _part(field: str, limit: int) -> Callable[[str], str]:
    return lambda text: _line(text, field=field, limit=limit)


def _digest(values: list[str]) -> str:
    return hashlib.sha256("\x00".join(values).encode()).hexdigest()[:20]


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "tint": checked_tint,
    "kind": _kind,
    "legal_name": _part("legal_name", 160),
    "street": _part("street", 200),
    "postal_code": _part("postal_code", 16),
    "city": _part("city", 80),
    "country": _country,
    "phone": checked_phone,
    "website": _website,
}
