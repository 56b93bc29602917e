# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open, set up, publish and close a ticket shop, and its test mode."""

import re
import zoneinfo
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import (
    ShopChanged,
    ShopClosed,
    ShopPublished,
    TrialModeChanged,
    TrialOrdersPurged,
)
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.foundation.text import folded
from mazot.products.tickets.actions.checking import Check, change, line, moment, one_of, paragraphs, some_of, whole
from mazot.products.tickets.actions.holding import hold_shop
from mazot.products.tickets.models import Customer, Order, Payment, PaymentMethod, Shop, Ticket
from mazot.products.tickets.queries.checklist import hard_failures
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.accounts import iban_of
from mazot.products.tickets.rules.calendars import DISPLAYS
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action

CREDITOR = {"name": 70, "street": 70, "house": 16, "postcode": 16, "town": 35, "country": 2}  # as on a QR-bill
ORIGINS = 20
QUEUE = 10_000  # buyers at once


@action(needs=TECHNICAL)
def open_shop(actor: Actor, instance: ProductInstance) -> Shop:  # noqa: ARG001 - every deed has an actor
    """Furnish a new ticket shop: closed, in test mode, with the ways to pay that need nothing. Twice is once."""
    found = Shop.objects.filter(instance=instance).first()
    if found is not None:
        return found
    organization = instance.organization
    shop = Shop(
        organization=organization,
        instance=instance,
        slug=_free_slug(instance.name),
        name=instance.name,
        contact_name=organization.name,
        created_at=clock.now(),
    )
    shop.save(force_insert=True)
    kinds = PaymentMethod.Kind
    ways = (
        (kinds.INVOICE, "", _("Invoice"), False, True),
        (kinds.ON_SITE, "", _("At the box office"), True, True),
        (kinds.FREE, "", _("Free"), True, True),
        (kinds.CARD, "test", _("Test card"), False, True),
        (kinds.CARD, "stripe", _("Card"), False, True),
    )
    for position, (kind, provider, name, is_on, online) in enumerate(ways):
        row = PaymentMethod(
            shop=shop, kind=kind, provider=provider, name=name, is_on=is_on, online=online, position=position
        )
        row.save(force_insert=True)
    return shop


@action(needs=TECHNICAL)
def set_shop(actor: Actor, shop: Shop, /, **what: Any) -> Shop:
    """Change what the shop says of itself and how it sells; the currency only while nothing was ordered in it."""
    held = hold_shop(shop)
    changed = change(held, what, CHECKS)
    if "currency" in changed and Order.objects.filter(shop=held).exists():
        raise Refused("currency_fixed", _("There are orders in the old currency, so it stays."), field="currency")
    if "slug" in changed and Shop.objects.filter(slug=held.slug).exclude(id=held.id).exists():
        raise Conflict("taken", _("Another shop has this address."), field="slug")
    if changed:
        held.save(update_fields=changed)
        tell(actor, ShopChanged(held.id, held.name, what=tuple(changed)))
    return held


@action(needs=TECHNICAL)
def publish_shop(actor: Actor, shop: Shop) -> Shop:
    """Let buyers in; refused while something is missing without which nobody could buy."""
    held = hold_shop(shop)
    missing = hard_failures(held)
    if missing:
        raise Refused(
            "not_ready",
            _("The shop is not ready: %(first)s") % {"first": missing[0].title},
            missing=[check.key for check in missing],
        )
    if not held.is_open:
        held.is_open = True
        held.save(update_fields=["is_open"])
        tell(actor, ShopPublished(held.id, held.name))
    return held


@action(needs=TECHNICAL)
def close_shop(actor: Actor, shop: Shop) -> Shop:
    """Keep buyers out; orders and tickets stay as they are."""
    held = hold_shop(shop)
    if held.is_open:
        held.is_open = False
        held.save(update_fields=["is_open"])
        tell(actor, ShopClosed(held.id, held.name))
    return held


@action(needs=TECHNICAL)
def end_test(actor: Actor, shop: Shop) -> Shop:
    """From now on orders count, with real money and real tickets."""
    return _turn(actor, hold_shop(shop), is_test=False)


@action(needs=TECHNICAL)
def begin_test(actor: Actor, shop: Shop) -> Shop:
    """Try the shop with orders that do not count; never again after the first real order."""
    held = hold_shop(shop)
    if held.first_order_at is not None:
        raise Refused("real_orders", _("There are real orders, so the test mode does not come back."))
    return _turn(actor, held, is_test=True)


@action(needs=TECHNICAL)
def purge_test_orders(actor: Actor, shop: Shop) -> int:
    """Remove every test order with its tickets, payments and customers, as if nobody had tried; says how many."""
    held = hold_shop(shop)
    orders = Order.objects.filter(shop=held, is_test=True)
    customers = set(orders.filter(customer__isnull=False).values_list("customer_id", flat=True))
    n_orders = orders.count()
    Payment.objects.filter(order__shop=held, order__is_test=True).delete()
    Ticket.objects.filter(order__shop=held, order__is_test=True).delete()
    orders.delete()
    Customer.objects.filter(shop=held, id__in=customers, orders__isnull=True).delete()
    if n_orders:
        tell(actor, TrialOrdersPurged(held.id, held.name, n_orders=n_orders))
    return n_orders


def _turn(actor: Actor, shop: Shop, *, is_test: bool) -> Shop:
    if shop.is_test != is_test:
        shop.is_test = is_test
        shop.save(update_fields=["is_test"])
        tell(actor, TrialModeChanged(shop.id, shop.name, is_test=is_test))
    return shop


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "shop"
    if not Shop.objects.filter(slug=wanted).exists():
        return wanted
    return f"{wanted}-{new_secret(letters=6)}"


def _slug(name: str, value: Any) -> str:
    slug = str(value).strip().lower()
    if not slug or slugify(slug) != slug or len(slug) > 60:
        sentence = _("An address has up to 60 small letters without accents, digits and hyphens.")
        raise Invalid("slug", sentence, field=name, limit=60)
    return slug


def _currency(name: str, value: Any) -> str:
    code = str(value).strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise Invalid("currency", _("A currency has three letters, such as CHF or EUR."), field=name)
    return code


def _timezone(name: str, value: Any) -> str:
    if value not in zoneinfo.available_timezones():
        raise Invalid("timezone", _("There is no such time zone."), field=name)
    return str(value)


def _email(name: str, value: Any) -> str:
    address = folded(str(value))
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Invalid("email", _("This is no e-mail address."), field=name) from error
    return str(line(254)(name, address))


def _iban(name: str, value: Any) -> str:
    if not str(value).strip():
        return ""
    number = iban_of(str(value)[:60])
    if not number:
        raise Invalid("iban", _("This is no IBAN: its check digits do not fit."), field=name)
    return number


def _creditor(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or set(value) - set(CREDITOR):
        raise Invalid("creditor", _("The address on invoices has a name, a street, a place and a country."), field=name)
    return {key: line(CREDITOR[key])(f"creditor_{key}", value.get(key, "")) for key in CREDITOR}


# It goes into a header, where a blank or a semicolon would begin something else.
ORIGIN = re.compile(r"https://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?")


def _website(name: str, value: Any) -> str:
    address = line(255)(name, value)
    if address and urlsplit(address).scheme not in ("http", "https"):
        raise Invalid("address", _("An address on the web begins with https://."), field=name)
    return str(address)


def _origins(name: str, value: Any) -> list[str]:
    found = list(
        dict.fromkeys(str(one).strip().rstrip("/").lower().removesuffix(":443") for one in value if str(one).strip())
    )
    for origin in found:
        if not ORIGIN.fullmatch(origin):
            sentence = _("“%(origin)s” is no origin; one looks like https://www.example.org.")
            raise Invalid("origin", sentence % {"origin": origin[:80]}, field=name)
    if len(found) > ORIGINS:
        raise Invalid("too_many", _("Up to twenty websites can show the widget."), field=name, limit=ORIGINS)
    return found


def _prefix(name: str, value: Any) -> str:
    prefix = str(value).strip().upper()
    if not 1 <= len(prefix) <= 8 or not prefix.isascii() or not prefix.isalnum():
        raise Invalid("prefix", _("Order numbers begin with one to eight letters or digits."), field=name, limit=8)
    return prefix


CHECKS: dict[str, Check] = {
    "slug": _slug,
    "name": line(120, may_be_empty=False),
    "currency": _currency,
    "timezone": _timezone,
    "language": one_of(code for code, _title in settings.LANGUAGES),
    "introduction": paragraphs(4000),
    "website": _website,
    "contact_name": line(120),
    "contact_email": _email,
    "contact_phone": line(40),
    "terms": paragraphs(40_000),
    "vat_number": line(40),
    "creditor": _creditor,
    "iban": _iban,
    "hold_minutes": whole(5, 60),
    "cancel_hours": whole(0, 24 * 365, may_be_none=True),
    "cancel_keeps": whole(0, 1000),
    "queue_size": whole(1, QUEUE, may_be_none=True),
    "queue_opens_at": moment(),
    "origins": _origins,
    "number_prefix": _prefix,
    "display": one_of(DISPLAYS),
    "displays": some_of(DISPLAYS),
}
