# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stripe's Checkout over plain HTTPS: one session for each order, and its signed messages."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from mazot.products.tickets.rules.cards import (
    GIVEN_UP,
    CameBack,
    Charge,
    News,
    NotBelieved,
    Request,
    Return,
    Returned,
    Told,
    believe,
)

SESSIONS = "https://api.stripe.com/v1/checkout/sessions"
REFUNDS = "https://api.stripe.com/v1/refunds"
LEAST = 31 * 60
VERSION = "2024-06-20"
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")

# A bank may refuse what Stripe said was on its way: https://docs.stripe.com/refunds#failed-refunds. Which of the three
# is sent depends on the version of the account's API, and more than one may be.
REFUND_NEWS = ("refund.failed", "refund.updated", "charge.refund.updated")


class Stripe:
    """The buyer pays on a page of Stripe's; the card never comes near us."""

    def beginning(self, charge: Charge, keys: Mapping[str, str]) -> Request:
        fields = {
            "mode": "payment",
            "client_reference_id": charge.order,
            "success_url": charge.back,
            "cancel_url": f"{charge.back}{'&' if '?' in charge.back else '?'}{GIVEN_UP}",
            # Stripe wants at least thirty minutes from the press on, and a press may come in the last second. Money
            # that comes between our deadline and this one is late money, which has a rule of its own.
            "expires_at": str(int(charge.until.timestamp()) + LEAST),
            "locale": charge.language if charge.language in ("en", "fr", "de", "it", "es") else "auto",
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": charge.currency.lower(),
            "line_items[0][price_data][unit_amount]": str(charge.amount),
            "line_items[0][price_data][product_data][name]": charge.title[:250],
        }
        if charge.email:
            fields["customer_email"] = charge.email
        # The same key with the same words answers with the same session: a second press pays nothing twice.
        return _request(SESSIONS, fields, keys, key=f"{charge.order}-{charge.amount}-{fields['expires_at']}")

    def page(self, answer: bytes) -> str:
        url = _record(answer).get("url")
        split = urlsplit(url) if isinstance(url, str) and len(url) < 4000 else None
        if split is None or split.scheme != "https" or not split.hostname:
            raise NotBelieved("no page")
        return str(url)

    def giving_back(self, back: Return, keys: Mapping[str, str]) -> Request:
        fields = {"payment_intent": back.payment, "amount": str(back.amount), "metadata[key]": back.key}
        return _request(REFUNDS, fields, keys, key=f"refund-{back.key}")

    def check_given_back(self, answer: bytes) -> None:
        said = _record(answer)
        if said.get("object") != "refund" or said.get("status") not in ("succeeded", "pending"):
            raise NotBelieved(f"refund {str(said.get('status'))[:40]}")

    def told(self, body: bytes, signature: str, keys: Mapping[str, str], at: datetime) -> News | None:
        believe(keys.get("webhook_secret", ""), signature, body, at)
        said = _record(body)
        session = (said.get("data") or {}).get("object") if isinstance(said.get("data"), dict) else None
        if said.get("type") == "charge.refunded" and isinstance(session, dict):
            return _returned(session)
        if said.get("type") in REFUND_NEWS and isinstance(session, dict):
            return _came_back(session)
        if said.get("type") not in PAID or not isinstance(session, dict) or session.get("payment_status") != "paid":
            return None
        amount, words = session.get("amount_total"), [session.get(n) for n in ("id", "client_reference_id", "currency")]
        if type(amount) is not int or amount < 1 or not all(isinstance(word, str) and word for word in words):
            raise NotBelieved("session")
        # The session, not the message: two messages may tell of the one payment.
        event, order, currency = (str(word) for word in words)
        payment = session.get("payment_intent")
        return Told(event, order, amount, currency.upper(), payment[:120] if isinstance(payment, str) else "")


def _returned(charge: dict[str, Any]) -> Returned:
    payment, amount = charge.get("payment_intent"), charge.get("amount_refunded")
    if not isinstance(payment, str) or not payment or type(amount) is not int or amount < 1:
        raise NotBelieved("charge")
    return Returned(payment, amount)


def _came_back(refund: dict[str, Any]) -> CameBack | None:
    if refund.get("status") not in ("failed", "canceled"):
        return None
    payment, amount, marks = refund.get("payment_intent"), refund.get("amount"), refund.get("metadata")
    if not isinstance(payment, str) or not payment or type(amount) is not int or amount < 1:
        raise NotBelieved("refund")
    key = marks.get("key") if isinstance(marks, dict) else ""
    why = refund.get("failure_reason") or refund["status"]
    return CameBack(payment, key[:120] if isinstance(key, str) else "", amount, str(why)[:100])


def _request(url: str, fields: Mapping[str, str], keys: Mapping[str, str], *, key: str) -> Request:
    headers = {
        "Authorization": f"Bearer {keys.get('secret_key', '')}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Stripe-Version": VERSION,
        "Idempotency-Key": key,
    }
    return Request(url, urlencode(fields).encode(), headers)


def _record(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotBelieved("json") from error
    if not isinstance(found, dict):
        raise NotBelieved("json")
    return found
