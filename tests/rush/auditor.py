# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads the rows after a round by plain SQL, knowing nothing of our code: places sold once, and every cent in its place."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.rush.buyers import Diary
from tests.rush.seed import CHEAPER, SHARED, STANDING


class Auditor:
    """Asks the database of a server, whichever it is."""

    def __init__(self, data: Path, database: str = "") -> None:
        self.data, self.database = data, database
        self.planted: Any = None  # a connection with a fault in it that is not committed

    @contextmanager
    def connected(self) -> Iterator[Any]:
        if not self.database:
            found = sqlite3.connect(self.data / "mazot.sqlite3", timeout=60)
        else:
            import psycopg

            found = psycopg.connect(self.database)
        try:
            yield found
        finally:
            found.close()

    def rows(self, sql: str, *values: str) -> list[tuple[Any, ...]]:
        """The marks are ids: PostgreSQL keeps them as such, SQLite as 32 letters."""
        with nullcontext(self.planted) if self.planted else self.connected() as database:
            given = [value if self.database else UUID(value).hex for value in values]
            marked = sql if self.database else sql.replace("%s", "?")
            return list(database.execute(marked, given).fetchall())

    def faults(self, shop: dict[str, Any], evening: dict[str, str], diary: Diary) -> list[str]:
        """Everything that is wrong, in words."""
        return [
            *self._places(evening["date"]),
            *self._places(evening["noon_date"]),
            *self._limits(shop, evening),
            *self._money(shop),
            *self._promises(shop, diary),
        ]

    def _places(self, date: str) -> Iterator[str]:
        live = "state IN ('pending', 'valid', 'used')"
        sql = f"SELECT seat, count(*) FROM tickets_ticket WHERE performance_id = %s AND seat IS NOT NULL AND {live}"
        for seat, count in self.rows(sql + " GROUP BY seat HAVING count(*) > 1", date):
            yield f"seat {seat} has {count} live tickets"
        loose = f"SELECT count(*) FROM tickets_ticket WHERE performance_id = %s AND {live} AND order_id IS NULL"
        if n := self.rows(loose, date)[0][0]:
            yield f"{n} live tickets belong to no order"

    def _limits(self, shop: dict[str, Any], evening: dict[str, str]) -> Iterator[str]:
        taking = "SELECT count(*) FROM tickets_ticket WHERE takes_place AND state <> 'held' AND "
        for name, limit, n in (
            ("standing places", STANDING, self.rows(taking + "price_id = %s", evening["standing"])),
            (
                "of the shared quota",
                SHARED,
                self.rows(taking + "price_id IN (%s, %s, %s)", evening["standing"], evening["child"], evening["noon"]),
            ),
            ("places at noon", STANDING, self.rows(taking + "price_id = %s", evening["noon"])),
            ("at the friends' price", CHEAPER, self.rows(taking + "offer_id = %s", shop["offer"])),
        ):
            if n[0][0] > limit:
                yield f"{n[0][0]} {name} are taken, there are {limit}"

    def _money(self, shop: dict[str, Any]) -> Iterator[str]:
        sql = """
            SELECT o.number, o.state, o.total, o.fee, o.paid, o.refunded, o.attention,
              (SELECT coalesce(sum(amount), 0) FROM tickets_ticket t WHERE t.order_id = o.id),
              (SELECT count(*) FROM tickets_ticket t WHERE t.order_id = o.id AND state IN ('valid', 'used') AND takes_place),
              (SELECT count(*) FROM tickets_ticket t WHERE t.order_id = o.id AND takes_place),
              (SELECT count(*) FROM tickets_ticket t WHERE t.order_id = o.id),
              (SELECT coalesce(sum(amount), 0) FROM tickets_payment p WHERE p.order_id = o.id AND kind = 'payment'),
              (SELECT coalesce(sum(amount), 0) FROM tickets_payment p WHERE p.order_id = o.id AND kind = 'refund')
            FROM tickets_order o WHERE o.shop_id = %s"""
        for row in self.rows(sql, shop["shop"]):
            number, state, total, fee, paid, refunded, attention, lines, seated, placed, n, came, owed = row
            kept = paid - owed
            wrong = [
                ("its lines do not add up", total != lines + fee),
                ("its money is not what came", paid != came),
                ("it gave back more than it owes", refunded > owed),
                ("it is paid without all its places", state == "paid" and (seated != n or kept != total)),
                ("it waits without its places", state == "pending" and (placed != n or not 0 <= kept < total)),
                ("it is over and takes a place", state in ("expired", "cancelled") and placed > 0),
                ("it expired and keeps money", state == "expired" and kept != 0),
                ("nobody is told that it owes money", state == "expired" and owed > refunded and not attention),
                ("it is partly cancelled without a live place", state == "partly_cancelled" and not seated),
            ]
            yield from (f"order {number} ({state}): {what}" for what, is_so in wrong if is_so)

    def _promises(self, shop: dict[str, Any], diary: Diary) -> Iterator[str]:
        sql = "SELECT digest, paid FROM tickets_order WHERE shop_id = %s"
        kept = dict(self.rows(sql, shop["shop"]))
        for secret in diary.orders:
            if _digest(secret) not in kept:
                yield "an order that a buyer was shown is not there"
        for secret in diary.paid:
            if not kept.get(_digest(secret)):
                yield "a payment that was acknowledged is not there"


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
