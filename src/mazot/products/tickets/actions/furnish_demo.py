# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill a new ticket shop with the season of the demo organization."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from mazot.foundation import clock
from mazot.foundation.transactions import one_transaction
from mazot.products.tickets.actions.events import make_event
from mazot.products.tickets.actions.forms import make_form
from mazot.products.tickets.actions.methods import set_method
from mazot.products.tickets.actions.offers import make_codes, make_offer
from mazot.products.tickets.actions.plans import make_plan
from mazot.products.tickets.actions.pricing import copy_pricing, make_price, make_zone
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.actions.shops import publish_shop, set_shop
from mazot.products.tickets.models import Event, Form, Plan, Shop
from mazot.products.tickets.queries.methods import methods_of
from mazot.products.tickets.rules.drawing import seat_ids
from mazot.products.tickets.rules.recurrence import moments
from mazot.products.tickets.rules.season import HALL, SEASON, Concert
from mazot.products.tickets.rules.torrent import kept_back, torrent
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance

SHOP = {
    "name": "Saison 2026–27",
    "language": "fr",
    "introduction": "Billets de l'Orchestre de la Vallée, sans frais de réservation.",
    "contact_name": "Orchestre de la Vallée",
    "contact_email": "billets@valley.example",
    "contact_phone": "+41 24 555 01 26",
    "website": "https://valley.example",
    "terms": "Les billets ne sont ni repris ni échangés. Les portes ouvrent 45 minutes avant le début.",
    "iban": "CH9300762011623852957",
    "creditor": {
        "name": "Orchestre de la Vallée",
        "street": "Quai du Torrent",
        "house": "4",
        "postcode": "1870",
        "town": "Monthey",
        "country": "CH",
    },
}


def furnish_demo(actor: Actor, instance: ProductInstance, *, people: Mapping[str, Actor]) -> None:  # noqa: ARG001 - as every demo is called
    """Make the programme with its prices, an offer and a form, and open the shop, in test mode."""
    shop = set_shop(actor, Shop.objects.get(instance=instance), **SHOP)
    for method in methods_of(shop):
        if method.kind in ("invoice", "card") and method.provider in ("", "test"):
            set_method(actor, shop, method=method, is_on=True)
    form = make_form(actor, shop, name="Accueil", scope=Form.Scope.ORDER, questions=_questions())
    plan = make_plan(actor, shop, name=HALL, drawing=torrent())
    for concert in SEASON:
        event = _put_on(actor, shop, concert, form)
        if concert.is_numbered:
            _seat(actor, event, plan)
    offer = make_offer(actor, shop, name="Amis de l'orchestre", kind="percent", value=100, max_per_order=4)
    make_codes(actor, offer, code="amis2627")
    make_codes(actor, offer, count=20, prefix="amis", max_orders=1)
    publish_shop(actor, shop)


def _put_on(actor: Actor, shop: Shop, concert: Concert, form: Form) -> Event:
    zone = ZoneInfo(shop.timezone)
    day = (clock.now() + timedelta(days=concert.days)).astimezone(zone).date()
    day += timedelta(days=(5 - day.weekday()) % 7 if concert.place == HALL else 0)  # in the hall on Saturdays
    hour = time(concert.hour, concert.minute)
    starts = [datetime.combine(day, hour, tzinfo=zone)]
    if concert.rule:
        starts = moments(concert.rule, day, (hour, time(15)), zone)
    names = ("subtitle", "place", "address", "description", "online")
    what = {name: getattr(concert, name) for name in names} | {"recurrence": concert.rule, "form": form}
    with one_transaction():
        lasts = timedelta(minutes=concert.minutes)
        event = make_event(actor, shop, title=concert.title, starts=starts, ends_after=lasts, **what)
        first, *others = event.performances.order_by("starts_at", "id")
        for name, tint, prices in concert.zones:
            made = make_zone(actor, first, name=name, tint=tint, is_numbered=concert.is_numbered)
            for title, amount, quantity in prices:
                is_reduced = title in ("Réduit", "Élèves")
                proof = "Carte d'étudiant, AVS ou AI" if is_reduced else ""
                make_price(actor, first, zone=made, name=title, amount=amount, quantity=quantity, proof=proof)
        if others:
            copy_pricing(actor, first, to=others)
    return event


def _seat(actor: Actor, event: Event, plan: Plan) -> None:
    """Attach the hall: its own categories put the seats into the zones of the same name; some seats are kept back."""
    performance = event.performances.get()
    drawing = torrent()
    seating = attach_plan(actor, performance, version=plan.versions.get())
    numbers = {seat_id: number for number, seat_id in enumerate(seat_ids(drawing))}
    for letter in ("o", "r"):
        seats = [numbers[seat_id] for seat_id, access in kept_back().items() if access == letter]
        seating = set_seats(actor, performance, seats=seats, access=letter, stamp=seating.stamp)


def _questions() -> list[dict[str, object]]:
    heard = ["Par l'affiche", "Par des amis", "Par la presse", "En ligne"]
    return [
        {"kind": "phone", "state": "optional", "label": "Numéro de téléphone", "help": "En cas de changement."},
        {"kind": "choice", "state": "optional", "label": "Comment nous avez-vous trouvés ?", "options": heard},
        {"kind": "consent", "state": "optional", "label": "Je souhaite recevoir le programme de la saison."},
    ]
