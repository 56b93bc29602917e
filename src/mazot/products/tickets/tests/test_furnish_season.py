# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's season: a hall with seats, free seating, a series, and a shop that is open to try."""

from collections import Counter

from mazot.products.tickets.actions.furnish_demo import furnish_demo
from mazot.products.tickets.models import Event, Seating, Shop
from mazot.products.tickets.queries.checklist import checklist_of
from mazot.products.tickets.rules.drawing import read_drawing, seat_ids, write_drawing
from mazot.products.tickets.rules.torrent import torrent
from mazot.tenancy.actions.products import open_product


def test_the_season_can_be_tried_at_once(cast, olive):
    instance = open_product(olive, cast.mimosa, product="tickets", name="Saison")
    furnish_demo(olive, instance, people={})
    shop = Shop.objects.get()
    assert (shop.is_open, shop.is_test) == (True, True)
    assert [check.key for check in checklist_of(shop) if not check.passes] == ["test"]
    dates = {event.title: event.performances.count() for event in Event.objects.all()}
    assert dates["Pierre et le Loup"] == 8
    assert dates["Requiem de Fauré"] == 1


def test_every_seat_of_the_requiem_is_in_a_zone_and_some_are_kept_back(cast, olive):
    instance = open_product(olive, cast.mimosa, product="tickets", name="Saison")
    furnish_demo(olive, instance, people={})
    seating = Seating.objects.select_related("performance").get()
    zones = dict(seating.performance.zones.values_list("code", "name"))
    counted = {zones[code]: count for code, count in Counter(seating.zones).items()}
    assert counted == {"Parterre avant": 67, "Parterre": 150, "Côtés et fond": 182}
    assert Counter(seating.access) == {".": 378, "r": 14, "o": 7}


def test_the_hall_reads_as_it_was_written():
    drawing = torrent()
    assert len(set(seat_ids(drawing))) == 399
    assert read_drawing(write_drawing(drawing)) == drawing
