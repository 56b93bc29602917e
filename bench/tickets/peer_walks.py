# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same at pretix, through its own forms, scripts' polling and interface for scanners."""

import itertools
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from browsing import Answer, Unexpected, Visitor, token_in
from peer_server import Peer

ATTENDEE = re.compile(r'name="(\d+-attendee_name_parts_\w+)"')
QUESTION = re.compile(r'name="(\d+-question_\d+)"')
DOWNLOAD = re.compile(r'action="([^"]*/download/\d+/pdf[^"]*)"')


class Walks:
    """The deeds of the table, each for one visitor."""

    def __init__(self, at: Peer) -> None:
        self.at, self.seeded = at, at.seeded
        self.signed_in: dict[str, str] = {}
        self.pdfs, self.scans = itertools.count(), itertools.count()

    def shop_page(self, visitor: Visitor, _number: int = 0) -> str:
        return visitor.get("/peer/gen/").text

    def hall_page(self, visitor: Visitor, _number: int = 0) -> str:
        return visitor.get("/peer/hall/").text

    def add(self, visitor: Visitor, _number: int = 0, *, item: str = "standard") -> None:
        page = self.shop_page(visitor)
        self.put_in(visitor, "gen", page, f"item_{self.seeded[item]}", "1")()

    def put_in(self, visitor: Visitor, event: str, page: str, name: str, value: str) -> Callable[[], bool]:
        fields = [token_in(page), (name, value), ("ajax", "1")]
        path = f"/peer/{event}/cart/add?next=/peer/{event}/&next_error=/peer/{event}/"

        def press() -> bool:
            told = self.done(visitor, visitor.post(path, fields, expect=(200,)))
            visitor.get(path_of(told["redirect"]))
            return bool(told["success"])

        return press

    def done(self, visitor: Visitor, answer: Answer) -> dict[str, Any]:
        """Ask as the shop's own script does, until the task is over."""
        told: dict[str, Any] = json.loads(answer.body)
        pause, where = 0.1, ""
        while not told.get("ready"):
            where = path_of(told.get("check_url", "")) or where  # not every answer names it again
            time.sleep(pause)
            told = json.loads(visitor.get(where).body)
            pause = 0.25
        return told

    def order(self, visitor: Visitor, number: int, *, item: str) -> str:
        self.add(visitor, item=item)
        answer = visitor.get("/peer/gen/checkout/start", expect=(302,))
        page = visitor.get(answer.location).text
        fields = [token_in(page), ("email", f"{number}-{secrets.token_hex(4)}@buyer.example")]
        fields += [(name, "Ana Favre") for name in ATTENDEE.findall(page)]
        fields += [(name, "by a poster") for name in QUESTION.findall(page)]
        step = visitor.post(answer.location, fields).location
        page = visitor.get(step).text
        if "/payment/" in step:
            step = visitor.post(step, [token_in(page), ("payment", "banktransfer")]).location
            page = visitor.get(step).text
        told = self.done(visitor, visitor.post(step, [token_in(page), ("ajax", "1")], expect=(200,)))
        if not told["success"]:
            raise Unexpected(str(told)[:300])
        last = path_of(told["redirect"])
        answer = visitor.get(last, expect=(200, 302))
        return visitor.get(answer.location).text if answer.status == 302 else answer.text

    def free_order(self, visitor: Visitor, number: int) -> None:
        self.order(visitor, number, item="free")

    def invoice_order(self, visitor: Visitor, number: int) -> None:
        self.order(visitor, number, item="standard")

    def control(self, visitor: Visitor) -> None:
        if not self.signed_in:
            page = visitor.get("/control/login").text
            visitor.post(
                "/control/login",
                [token_in(page), ("email", self.seeded["login"]), ("password", self.seeded["password"])],
            )
            self.signed_in = dict(visitor.cookies)
        visitor.cookies |= self.signed_in

    def order_list(self, visitor: Visitor, _number: int = 0) -> None:
        self.control(visitor)
        visitor.get("/control/event/peer/gen/orders/")

    def order_search(self, visitor: Visitor, number: int = 0) -> None:
        self.control(visitor)
        visitor.get(f"/control/event/peer/gen/orders/?query={number % 5000:05d}")

    def pdf(self, visitor: Visitor, _number: int = 0) -> None:
        """Its buyer presses the button; a file that was made once is kept by pretix, so each time another order."""
        code, secret = self.seeded["links"][next(self.pdfs)]
        page = visitor.get(f"/peer/gen/order/{code}/{secret}/").text
        button = DOWNLOAD.search(page)
        if button is None:
            raise Unexpected("no ticket to download")
        told = self.done(visitor, visitor.post(button[1], [token_in(page), ("ajax", "1")], expect=(200,)))
        if not visitor.get(path_of(told["redirect"])).body.startswith(b"%PDF"):
            raise Unexpected("no PDF")

    def race(self, visitor: Visitor, _number: int, seat: int) -> Callable[[], bool]:
        page = visitor.get("/peer/hall/").text
        return self.put_in(
            visitor, "hall", page, f"seat_{self.seeded['seat_items']['A']}", self.seeded["guids"]["A"][seat]
        )

    def redeem(self, visitor: Visitor, _number: int = 0) -> None:
        body = json.dumps({"secret": self.seeded["secrets"][next(self.scans)], "lists": [self.seeded["list"]]})
        answer = visitor.send(
            "/api/v1/organizers/peer/checkinrpc/redeem/", body.encode(), expect=(200, 201, 400),
            Authorization=f"Token {self.seeded['token']}", **{"Content-Type": "application/json"},
        )  # fmt: skip
        if json.loads(answer.body)["status"] != "ok":
            raise Unexpected(answer.text)


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)
