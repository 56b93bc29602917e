# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same small season twice: as rows, made by the real deeds, and as its twin in plain Python."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mazot.products.tickets.actions.gates import claim_device, open_gate, pair_device
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.plans import make_plan, save_plan
from mazot.products.tickets.actions.pricing import make_price, make_quota, make_zone
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.actions.shops import publish_shop
from mazot.products.tickets.models import Performance, PlanVersion, Shop
from mazot.products.tickets.queries.gates import scanner_at
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.queries.plans import newest_version
from mazot.products.tickets.tests.furnishing import a_concert, a_shop
from mazot.products.tickets.tests.rooms import hall
from mazot.products.tickets.tests.test_seats_on_sale import seller
from mazot.products.tickets.tests.twin import Code, Date, Method, Offer, Price, Quota, Twin, Zone
from mazot.products.tickets.tests.twin_sales import DAYS
from mazot.tenancy.actor import Actor
from tests.cast import Cast

# The clocks of the shop go back between this moment and the first evening, and while its invoices wait.
BEGINNING = datetime(2026, 10, 23, 9, 15, tzinfo=UTC)
FEES = {
    "invoice": {"fee_fixed": 195, "deadline_days": DAYS},
    "on_site": {"fee_per_ticket": 20},
    "card": {"fee_permille": 13, "fee_fixed": 29},
    "free": {},
}


@dataclass
class Season:
    """The rows of the twin, by what the twin calls them."""

    cast: Cast
    shop: Shop
    sellers: dict[str, Actor]
    twin: Twin
    methods: dict[str, Any] = field(default_factory=dict)
    rows: dict[Any, Any] = field(default_factory=dict)  # by id
    quotas: list[Any] = field(default_factory=list)
    versions: list[tuple[PlanVersion, tuple[str, ...]]] = field(default_factory=list)
    scanners: dict[Any, Any] = field(default_factory=dict)  # by the id of the date

    def fresh_twin(self) -> Twin:
        return deepcopy(self.twin)


def a_small_season(cast: Cast) -> Season:
    """Three dates of three events: a hall with seats and standing places, another one, and an open field."""
    shop = a_shop(cast, name="Machine")
    sellers = {channel: seller(cast, shop, channel) for channel in ("online", "reseller", "admin")}
    season = Season(cast, shop, sellers, Twin())
    plan = make_plan(cast.olive, shop, name="Hall", drawing=hall(2, 4))
    first = newest_version(plan)
    second = save_plan(cast.olive, plan, drawing=hall(3, 3), number=first.number)  # without the ends of its rows
    season.versions = [(one, tuple(hall_of(one.id).ids)) for one in (first, second)]
    for title, days in (("Requiem", 5), ("Messiah", 8)):
        _in_the_hall(season, title, days)
    _in_the_field(season)
    _shared(season)
    _offers(season)
    for kind, fees in FEES.items():
        row = shop.methods.get(kind=kind, provider="test" if kind == "card" else "")
        season.methods[kind] = set_method(cast.olive, shop, method=row, is_on=True, **fees)
        season.twin.methods[kind] = Method(
            kind, fees.get("fee_fixed", 0), fees.get("fee_permille", 0), fees.get("fee_per_ticket", 0)
        )
    season.shop = publish_shop(cast.olive, shop)
    return season


def _date(season: Season, first: Any) -> tuple[Performance, Date]:
    row = first.zone.performance
    date = Date(row.id, row.starts_at)
    season.twin.dates.append(date)
    season.rows[row.id] = row
    device, _code = pair_device(season.cast.olive, open_gate(season.cast.olive, row), name="Door", gate="North")
    device.list.mode = "reentry"
    device.list.save(update_fields=["mode"])
    claim_device(scanner_at(device), device)
    season.scanners[row.id] = device
    return row, date


def _price(season: Season, row: Any, zone: Zone, **more: Any) -> Price:
    price = Price(
        row.id, zone, row.amount, row.vat_permille, row.quantity, row.min_per_order, row.max_per_order, **more
    )
    season.twin.prices.append(price)
    season.rows[row.id] = row
    return price


def _in_the_hall(season: Season, title: str, days: int) -> None:
    olive, twin = season.cast.olive, season.twin
    starts = BEGINNING.replace(hour=18) + timedelta(days=days)
    adult = a_concert(
        season.cast, season.shop, title=title, starts=starts, quantity=None, amount=2800, is_numbered=True
    )
    row, date = _date(season, adult)
    seated = Zone(date, adult.zone.code, is_numbered=True)
    _price(season, adult, seated)
    child = make_price(olive, row, zone=adult.zone, name="Child", amount=1333, vat_permille=26, max_per_order=2)
    _price(season, child, seated)
    below = make_zone(olive, row, name="Standing", quota=6)
    standing = Zone(date, below.code, quota=6)
    _price(
        season, make_price(olive, row, zone=below, name="Standing", amount=1995, vat_permille=81, quantity=5), standing
    )
    _price(season, make_price(olive, row, zone=below, name="Baby", amount=0, quantity=2), standing)
    twin.zones += [seated, standing]
    version, ids = season.versions[0]
    seating = attach_plan(olive, row, version=version)
    letters = seated.code * (len(ids) - 1) + "."
    seating = set_seats(olive, row, seats=range(len(ids)), zone=letters, stamp=seating.stamp)
    access = "ro" + "." * (len(ids) - 2)
    set_seats(olive, row, seats=range(len(ids)), access=access, stamp=seating.stamp)
    date.seats = dict(zip(ids, zip(letters, access, strict=True), strict=True))


def _in_the_field(season: Season) -> None:
    olive = season.cast.olive
    starts = BEGINNING.replace(hour=18) + timedelta(days=2)
    couple = a_concert(season.cast, season.shop, title="Picnic", starts=starts, quantity=8, amount=3333, zone="Field")
    row, date = _date(season, couple)
    field_ = Zone(date, couple.zone.code)
    season.twin.zones.append(field_)
    make = [
        {"name": "Pair", "amount": 2501, "vat_permille": 81, "min_per_order": 2, "max_per_order": 4},
        {"name": "Members", "amount": 1100, "quantity": 3, "is_secret": True},
    ]
    _price(season, couple, field_)
    for what in make:
        _price(season, make_price(olive, row, zone=couple.zone, **what), field_, is_secret=bool(what.get("is_secret")))


def _shared(season: Season) -> None:
    """Two quotas, one over two dates and one over all three."""
    prices = season.twin.prices
    for size, inside in ((4, [prices[1], prices[5]]), (7, [prices[2], prices[6], prices[8]])):
        rows = [season.rows[price.id] for price in inside]
        season.quotas.append(make_quota(season.cast.olive, season.shop, name="Few", size=size, prices=rows))
        season.twin.quotas.append(Quota(size, inside))


OFFERS: dict[str, tuple[str, int, tuple[int, ...], dict[str, Any], int | None]] = {
    "third": ("percent", 333, (), {"max_tickets": 4}, None),
    "fiver": ("per_ticket", 500, (0, 2, 8), {"max_per_order": 2}, None),
    "lump": ("total", 2500, (), {}, 1),
    "gift": ("percent", 1000, (), {"max_tickets": 5, "ends_at": BEGINNING + timedelta(days=4)}, None),
    "club": ("per_ticket", 100, (10,), {"shows_secret": True}, None),
}


def _offers(season: Season) -> None:
    for text, (kind, value, which, more, most_orders) in OFFERS.items():
        inside = [season.twin.prices[at] for at in which]
        rows = [season.rows[price.id] for price in inside]
        row = make_offer(season.cast.olive, season.shop, name=text, kind=kind, value=value, prices=rows, **more)
        make_codes(season.cast.olive, row, code=text, max_orders=most_orders)
        season.rows[row.id] = row
        offer = Offer(row.id, kind, value, inside, most=more.get("max_tickets"), ends=more.get("ends_at"))
        offer.most_of_order, offer.shows_secret = more.get("max_per_order"), "shows_secret" in more
        season.twin.codes.append(Code(text, offer, most_orders))
