# SPDX-License-Identifier: AGPL-3.0-or-later
"""Holds the rows of a shop against its twin: every place, every cent, what is left, and every sum anybody reads."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from mazot.foundation import clock
from mazot.products.tickets.models import Order, Payment, Seating, Ticket
from mazot.products.tickets.queries import invoices
from mazot.products.tickets.queries.availability import letters_of, lines_of
from mazot.products.tickets.queries.exports import export_for
from mazot.products.tickets.queries.statistics import statistics_for
from mazot.products.tickets.tests.twin import (
    CANCELLED,
    EXPIRED,
    HELD,
    PAID,
    PARTLY,
    PENDING,
    USED,
    VALID,
    VOID,
    Place,
    Sale,
    Twin,
    rounded,
    tax_in,
)
from mazot.products.tickets.tests.twin_shop import Season


def check_places(season: Season, twin: Twin) -> None:
    """Each place is where the twin has it, and nowhere else; no seat has two of them."""
    at = clock.now()
    rows = {}
    said = ("performance_id", "price_id", "seat", "state", "takes_place", "hold_until", "list_amount", "amount")
    for row in Ticket.objects.filter(instance_id=season.shop.instance_id).values_list(
        "id", *said, "vat_permille", "offer_id", "order_id"
    ):
        if row[4] != HELD or row[6] > at:  # one that ran out may still be there, until somebody asks
            rows[row[0]] = row[1:]
    expected = {place.id: _row(place) for place in twin.places if place.state != HELD or place.takes_at(at)}
    assert rows == expected
    seats = Counter((row[0], row[2]) for row in rows.values() if row[2] and row[4])
    assert not [seat for seat, count in seats.items() if count > 1]


def _row(place: Place) -> tuple[Any, ...]:
    return (
        place.price.zone.date.id,
        place.price.id,
        place.seat,
        place.state,
        place.takes,
        place.until,
        place.listed,
        place.amount,
        place.vat,
        place.offer.id if place.offer else None,
        place.sale.row.id if place.sale else None,
    )


def check_orders(season: Season, twin: Twin) -> None:
    """The money of each order adds up, and one that is paid has its places or somebody is told."""
    paid: dict[Any, list[int]] = defaultdict(list)
    back: dict[Any, list[tuple[int, bool, str, bool]]] = defaultdict(list)
    for order_id, kind, amount, is_done, reference, fault in Payment.objects.filter(
        order__shop=season.shop
    ).values_list("order_id", "kind", "amount", "is_done", "reference", "fault"):
        if kind == "payment":
            paid[order_id].append(amount)
        else:
            back[order_id].append((amount, is_done, reference, bool(fault)))
    rows = {row.id: row for row in Order.objects.filter(shop=season.shop)}
    assert set(rows) == {sale.row.id for sale in twin.sales}
    for sale in twin.sales:
        row = rows[sale.row.id]
        assert (row.state, row.due_at if row.state == PENDING else None) == (sale.state, sale.due), row.number
        assert sum(place.amount for place in sale.places) + row.fee == row.total == sale.total
        assert row.fee == sale.fee
        assert sorted(paid[row.id]) == sorted(sale.came.values())
        assert row.paid == sum(sale.came.values())
        assert sorted(back[row.id]) == sorted(
            (one.amount, one.is_done, one.reference, one.is_refused) for one in sale.refunds
        )
        for reference, amount in sale.cards:
            assert sum(one.amount for one in sale.refunds if one.reference == reference) <= amount
        assert row.refunded == sum(one.amount for one in sale.refunds if one.is_done) <= row.paid
        assert sale.kept >= 0
        _check_state(sale, row)


def _check_state(sale: Sale, row: Any) -> None:
    live = [place for place in sale.places if place.state in (VALID, USED)]
    if sale.state == PAID:
        assert len(live) == len(sale.places)
        assert all(place.takes for place in live)
        assert sale.kept + sale.returned == sale.total
    if sale.state == PENDING:
        assert 0 <= sale.kept < sale.total
        assert bool(row.attention) == bool(sale.came)
    if sale.state in (EXPIRED, CANCELLED):
        assert not live
    if sale.state == EXPIRED:
        assert sale.kept == 0
        assert not any(place.takes for place in sale.places)
    if any((one.is_owed or one.is_refused) and not one.is_done for one in sale.refunds):
        assert row.attention, f"nobody is told that {row.number} owes money"


def check_left(season: Season, twin: Twin, channel: str) -> None:
    """What is offered is what a count of the places says, for this channel."""
    at = clock.now()
    lines = lines_of(season.shop, [date.id for date in twin.dates], channel, at)
    assert {line.price.id: line.left for line in lines} == {
        price.id: twin.left(price, channel, at) for price in twin.prices
    }
    for seating in Seating.objects.filter(performance__event__shop=season.shop):
        date = next(date for date in twin.dates if date.id == seating.performance_id)
        zone = next(zone for zone in twin.zones if zone.date is date)
        free = twin.free_seats(zone, channel, at)
        letters = letters_of(seating, channel, at, numbered={zone.code})
        assert letters == "".join(zone.code if seat in free else "." for seat in date.seats)


def check_sums(season: Season, twin: Twin) -> None:
    """Statistics say what the places say, in each direction."""
    at = clock.now()
    found = statistics_for(season.cast.olive, season.shop, at)
    every = [place for sale in twin.sales for place in sale.places] if twin.is_real else []
    sold = [place for place in every if place.state in (VALID, USED)]
    waiting = [place for place in every if place.state == PENDING]
    gross, tax = sum(place.amount for place in sold), sum(tax_in(place.amount, place.vat) for place in sold)
    total = found.total
    assert (total.sold, total.waiting, total.gross, total.tax) == (len(sold), len(waiting), gross, tax)
    for part in (found.dates, found.zones, found.prices, found.channels):
        assert sum(one.sold for one in part.values()) == total.sold
        assert sum(one.waiting for one in part.values()) == total.waiting
        assert (sum(one.gross for one in part.values()), sum(one.tax for one in part.values())) == (gross, tax)
    assert (sum(one.gross for one in found.days.values()), sum(one.tax for one in found.days.values())) == (gross, tax)
    for channel, one in found.channels.items():
        assert one.gross == sum(place.amount for place in sold if place.basket.channel == channel)
    kept = [sale for sale in twin.sales if sale.state in (PAID, PARTLY)] if twin.is_real else []
    assert found.fees == sum(sale.fee for sale in kept)
    done = [one.amount for sale in twin.sales for one in sale.refunds if one.is_done] if twin.is_real else []
    assert found.owed == sum(done)
    for date in twin.dates:
        taking = [place for place in twin.taking(at) if place.price.zone.date is date]
        places = found.places[date.id]
        away = places.sold + places.waiting + places.held
        others = [place for place in taking if not twin.is_real or place.state == VOID]
        assert away + len([p for p in others if p.state != HELD]) == len(taking)


def check_exports(season: Season, twin: Twin) -> None:
    """Tables for other programs add up to the statistics and to what came in."""
    sums = {}
    for what in ("tickets", "orders", "statistics"):
        columns, rows = export_for(season.cast.olive, season.shop, what)
        sums[what] = [dict(zip(columns, row, strict=True)) for row in rows]
    total = next(row for row in sums["statistics"] if row["by"] == "total")
    sold = [row for row in sums["tickets"] if row["state"] in (VALID, USED) and not row["test"]]
    assert len(sold) == total["sold"]
    for column in ("gross", "net", "tax"):
        assert sum((row[column] for row in sold), Decimal(0)) == total[column]
    by_order: dict[str, Decimal] = defaultdict(Decimal)
    for row in sums["tickets"]:
        assert row["gross"] == row["net"] + row["tax"]
        by_order[row["order"]] += row["gross"]
    for row in sums["orders"]:
        assert by_order[row["number"]] + row["fee"] == row["total"]
    came = sum(sum(sale.came.values()) for sale in twin.sales)
    assert sum((row["paid"] for row in sums["orders"]), Decimal(0)) == Decimal(came) / 100


def check_invoices(season: Season, twin: Twin) -> None:
    """What is printed adds up too: lines to the total, tax by its rate, and the slip asks for what is still open."""
    sales = {sale.row.id: sale for sale in twin.sales}
    for order in Order.objects.filter(shop=season.shop).select_related("shop__organization", "customer", "method"):
        paper, sale = invoices._paper(order), sales[order.id]
        assert sum(_cents(line[-1]) for line in paper.lines) == order.total
        for line in paper.lines:
            assert _cents(line[3]) * int(line[2]) == _cents(line[-1])
        gross: dict[int, int] = defaultdict(int)
        for place in sale.places:
            gross[place.vat] += place.amount
        rates = sorted(rate for rate in gross if rate)
        taxes = [rounded(Decimal(gross[rate]) * rate / (1000 + rate)) for rate in rates]
        assert [_cents(tax) for _words, tax in paper.taxes] == taxes
        if paper.slip is not None:
            assert (sale.state, sale.method.kind) == (PENDING, "invoice")
            asked = sale.total - sum(sale.came.values()) if twin.is_real else 0
            assert _amount(paper.slip.amount) == asked
        else:
            assert (sale.state, sale.method.kind) != (PENDING, "invoice")


def _cents(text: str) -> int:
    return _amount(text.rsplit(maxsplit=1)[-1])


def _amount(text: str) -> int:
    return int(Decimal("".join(letter for letter in text if letter in "0123456789.")) * 100)
