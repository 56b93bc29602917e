# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands on a ticket and on an invoice: plain words, ready to be printed."""

from dataclasses import dataclass

from mazot.products.tickets.rules.slips import Slip


@dataclass(frozen=True, slots=True)
class TicketSheet:
    """One page: who is let in where, and the code that says so."""

    event: str
    subtitle: str
    day: str
    time: str
    doors: str
    place: str
    address: str
    zone: str
    kind: str
    seat: str
    price: str
    holder: str
    number: str
    count: str
    code: str
    code_drawing: str
    picture: str
    proof: str
    to_pay: str
    said: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TicketPaper:
    """The tickets of an order."""

    title: str
    language: str
    organizer: str
    contact: str
    logo: str
    order: str
    terms: str
    is_trial: bool
    words: dict[str, str]
    tickets: list[TicketSheet]


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """An order's invoice; `lines` are what, about it, count, each, tax and amount."""

    title: str
    language: str
    organizer: str
    sender: list[str]
    buyer: list[str]
    logo: str
    is_trial: bool
    words: dict[str, str]
    facts: list[tuple[str, str]]
    heads: list[str]
    lines: list[tuple[str, ...]]
    taxes: list[tuple[str, str]]
    sums: list[tuple[str, str]]
    note: str
    slip: Slip | None
    bank: list[tuple[str, str]]


def percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10} %"
