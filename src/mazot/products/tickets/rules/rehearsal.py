# SPDX-License-Identifier: AGPL-3.0-or-later
"""The provider of a shop that is being tried: no money moves, and every way a payment goes wrong is one press away."""

import json
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

from mazot.products.tickets.rules.cards import Charge, NotBelieved, Request, Return, Told, believe, signed

PRESSES = ("pays", "declines", "twice", "less", "more", "stays")
STAYS = "stays:"  # a payment that the provider does not give back


class Rehearsal:
    """Its page is ours, and so is its signature; its messages take the road that real ones take."""

    def beginning(self, charge: Charge, keys: Mapping[str, str]) -> Request:  # noqa: ARG002 - no door to knock at
        return Request("", charge.back.encode(), {})

    def page(self, answer: bytes) -> str:
        return answer.decode()

    def giving_back(self, back: Return, keys: Mapping[str, str]) -> Request:  # noqa: ARG002 - no door to knock at
        return Request("", back.payment.encode(), {})

    def check_given_back(self, answer: bytes) -> None:
        if answer.startswith(STAYS.encode()):
            raise NotBelieved("refused")

    def told(self, body: bytes, signature: str, keys: Mapping[str, str], at: datetime) -> Told | None:
        believe(keys.get("webhook_secret", ""), signature, body, at)
        try:
            said = json.loads(body)
            payment = str(said.get("payment", ""))[:120]
            return Told(str(said["event"]), str(said["order"]), int(said["amount"]), str(said["currency"]), payment)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotBelieved("json") from error


def messages(press: str, charge: Charge, event: str, secret: str, at: datetime) -> list[tuple[bytes, str]]:
    """What the provider would tell after a press, each message with its signature; nothing when a card is declined."""
    amount = {"less": charge.amount // 2, "more": charge.amount + 100}.get(press, charge.amount)
    said = {"event": quote(event), "order": charge.order, "amount": amount, "currency": charge.currency}
    said["payment"] = f"{STAYS if press == 'stays' else ''}{said['event']}"
    body = json.dumps(said).encode()
    times = {"declines": 0, "twice": 2}.get(press, 1) if amount else 0
    return [(body, signed(secret, int(at.timestamp()), body))] * times
