# SPDX-License-Identifier: AGPL-3.0-or-later
"""How buyers pay: which ways are offered to whom, for what fee, until when."""

import json
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import ShopChanged
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.sealing import seal
from mazot.products.tickets.actions.checking import HUGE, SMALL, change, flag, line, paragraphs, whole
from mazot.products.tickets.actions.holding import hold_shop
from mazot.products.tickets.models import PaymentMethod, Shop
from mazot.products.tickets.queries.methods import SEALED_FOR, SECRETS, has_keys
from mazot.products.tickets.rights import TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=TECHNICAL)
def set_method(
    actor: Actor, shop: Shop, /, *, method: PaymentMethod, keys: dict[str, str] | None = None, **what: Any
) -> PaymentMethod:
    """Change one way to pay. `keys` are a provider's secrets; they are kept sealed and never shown again."""
    held = hold_shop(shop)
    row = PaymentMethod.objects.filter(id=method.id, shop=held).first()
    if row is None:
        raise NotFound("not_found")
    changed = change(row, what, CHECKS)
    if keys:
        wanted = {name: _key(name, value) for name, value in keys.items() if name in SECRETS.get(row.provider, ())}
        row.settings = seal(json.dumps(wanted), key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR)
        changed.append("settings")
    if row.max_total is not None and row.max_total < row.min_total:
        raise Invalid("turned", _("The largest total is below the smallest one."), field="max_total")
    _check_complete(held, row)
    if changed:
        row.save(update_fields=changed)
        tell(actor, ShopChanged(held.id, held.name, what=tuple(f"{row.kind}.{name}" for name in changed)))
    return row


def _check_complete(shop: Shop, row: PaymentMethod) -> None:
    if not row.is_on:
        return
    if row.kind == PaymentMethod.Kind.INVOICE and not (shop.iban and shop.creditor.get("name")):
        raise Refused(
            "no_account",
            _("An invoice needs an IBAN and the name and address of whoever is paid."),
            way_out=_("Enter them in the settings of the shop, under Invoices."),
        )
    if SECRETS.get(row.provider) and not has_keys(row):
        raise Refused("no_keys", _("The card provider needs its keys first."), field="secret_key")


def _key(name: str, value: str) -> str:
    key = value.strip()
    if not 8 <= len(key) <= 400 or not key.isascii() or not key.isprintable():
        raise Invalid("key", _("This is no key of the provider."), field=name)
    return key


CHECKS = {
    "is_on": flag,
    "name": line(80, may_be_empty=False),
    "description": line(400),
    "text": paragraphs(4000),
    "min_total": whole(0, HUGE),
    "max_total": whole(0, HUGE, may_be_none=True),
    "online": flag,
    "reseller": flag,
    "admin": flag,
    "cutoff_days": whole(0, 3650),
    "deadline_days": whole(1, 365),
    "fee_fixed": whole(0, HUGE),
    "fee_permille": whole(0, 1000),
    "fee_per_ticket": whole(0, HUGE),
    "position": whole(0, SMALL),
}
