# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a buyer, a box office and a gate do at Mazot, as their browsers do it."""

import itertools
import json
import re
import secrets
from collections.abc import Callable
from uuid import uuid4

from browsing import Unexpected, Visitor, token_in
from our_server import Ours

TICKET = re.compile(r'name="answer-([0-9a-f-]{36}):')
METHOD = re.compile(r'name="method" value="([0-9a-f-]{36})"')


class Walks:
    """The deeds of the table, each for one visitor."""

    def __init__(self, at: Ours) -> None:
        self.at, self.seeded = at, at.seeded
        self.shop = f"/shop/{at.seeded['slug']}"
        self.seats = itertools.count()
        self.pdfs = itertools.count()
        self.scans = itertools.count()

    def shop_page(self, visitor: Visitor, _number: int = 0) -> str:
        return visitor.get(f"{self.shop}/event/evening").text

    def hall_page(self, visitor: Visitor, _number: int = 0) -> str:
        """The page with its plan: what a browser asks for that has never been here."""
        page = visitor.get(f"{self.shop}/event/hall").text
        for part in ("map", "seats"):
            visitor.get(f"{self.shop}/hall/{self.seeded['hall']}/{part}")
        return page

    def add(self, visitor: Visitor, _number: int = 0, *, price: str = "standard") -> str:
        """Look, choose, and see the order page with what is held."""
        token = token_in(self.shop_page(visitor))
        fields = [token, ("date", self.seeded["performance"]), (f"count-{self.seeded['prices'][price]}", "1")]
        answer = visitor.post(f"{self.shop}/event/evening/choose", fields)
        return visitor.get(answer.location).text

    def order(self, visitor: Visitor, number: int, *, price: str) -> None:
        page = self.add(visitor, price=price)
        ticket, method = TICKET.search(page), METHOD.search(page)
        if ticket is None or method is None:
            raise Unexpected("the order page asks nothing")
        fields = [token_in(page), ("email", f"{number}-{secrets.token_hex(4)}@buyer.example"), ("first_name", "Ana"),
                  ("last_name", "Favre"), (f"answer-{ticket[1]}:{self.seeded['question']}", "by a poster"),
                  (f"holder-{ticket[1]}", "Ana Favre"), ("method", method[1])]  # fmt: skip
        visitor.get(visitor.post(f"{self.shop}/checkout", fields).location)

    def free_order(self, visitor: Visitor, number: int) -> None:
        self.order(visitor, number, price="free")

    def invoice_order(self, visitor: Visitor, number: int) -> None:
        self.order(visitor, number, price="standard")

    def control(self, visitor: Visitor) -> None:
        visitor.cookies |= self.seeded["session"]

    def order_list(self, visitor: Visitor, _number: int = 0) -> None:
        self.control(visitor)
        visitor.get(f"/tickets/{self.seeded['shop']}/orders")

    def order_search(self, visitor: Visitor, number: int = 0) -> None:
        self.control(visitor)
        visitor.get(f"/tickets/{self.seeded['shop']}/orders?words={number % 5000:05d}")

    def pdf(self, visitor: Visitor, _number: int = 0) -> None:
        link = self.seeded["links"][next(self.pdfs) % len(self.seeded["links"])]
        answer = visitor.get(f"{self.shop}/order/{link}/tickets.pdf")
        if not answer.body.startswith(b"%PDF"):
            raise Unexpected("no PDF")

    def redeem(self, visitor: Visitor, number: int = 0) -> None:
        """A paired scanner asks at its door; four stand there."""
        scanners = self.seeded["scanners"]
        visitor.cookies["mazot_gate"] = scanners[number % len(scanners)]
        code = self.seeded["codes"][next(self.scans)]
        body = json.dumps({"code": code.upper(), "nonce": str(uuid4())}).encode()
        answer = visitor.send("/gate/scan", body, **{"Content-Type": "application/json"})
        if json.loads(answer.body)["result"] != "ok":
            raise Unexpected(answer.text)

    def race(self, visitor: Visitor, _number: int, seat: int) -> Callable[[], bool]:
        token = token_in(visitor.get(f"{self.shop}/event/hall").text)
        fields = [token, ("date", self.seeded["hall"]), ("seat", f"{seat}:{self.seeded['prices']['A']}")]

        def press() -> bool:
            return visitor.post(f"{self.shop}/event/hall/choose", fields, expect=(302, 303, 409)).status != 409

        return press
