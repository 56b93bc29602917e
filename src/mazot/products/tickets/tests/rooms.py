# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rooms to test plans with: two small halls as pretix writes them, an opera of 2,000 seats, and any drawing at all."""

from typing import Any

from hypothesis import strategies as st

from mazot.foundation.text import composed
from mazot.products.tickets.rules.drawing import Area, Category, Drawing, Free, Row, Seat, Section, Stage
from mazot.products.tickets.rules.geometry import round_table, row_names, row_of, seat_names


def first_generation() -> dict[str, Any]:
    """A chapel in pretix's form of 2018: no size, whole numbers, plain areas."""
    return {
        "name": "Chapel",
        "categories": [{"name": "Nave", "color": "red"}, {"name": "Aisle"}],
        "zones": [
            {
                "name": "Ground",
                "displayed": True,
                "position": {"x": 100, "y": 50},
                "areas": [
                    {"width": 200, "height": 40, "position": {"x": 0, "y": -45}, "text": "Stage", "color": "#EEE"},
                    {"width": 10, "height": 10, "position": {"x": 5, "y": 300}, "text": "Door", "rotation": 45.0},
                ],
                "rows": [
                    {
                        "row_number": "1",
                        "number_of_seats": 2,
                        "seats_spacing": 30,
                        "seats": [_theirs("0-0", "1", 0, 0, "Nave"), _theirs("0-1", "2", 30, 0, "Nave")],
                    },
                    {
                        "row_number": "2",
                        "position": {"x": 0, "y": 35},
                        "seats": [_theirs("1-0", "1", 0, 0, "Aisle")],
                    },
                ],
            }
        ],
    }


def second_generation() -> dict[str, Any]:
    """A club in pretix's newest form: shapes, ids, decimals, labels, a table, seats without a category."""
    return {
        "name": "Club",
        "size": {"width": 640, "height": 480},
        "categories": [{"name": "Gold", "color": "rgb(255, 200, 0)"}, {"name": ""}],
        "zones": [
            {
                "zone_id": "Loge links",
                "uuid": "8f3c7fb0-7ae9-4a0c-9a48-5c3d2e1a0001",
                "position": {"x": 10.25, "y": 20},
                "areas": [
                    _shape("polygon", {"points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]}),
                    _shape("ellipse", {"radius": {"x": 30, "y": 20.5}}) | {"color": "url(javascript:alert(1))"},
                    _shape("circle", {"radius": 15}) | {"rotation": 400},
                    {"shape": "text", "position": {"x": 1, "y": 2}, "text": _words("<script>", 3, 4)},
                    _shape("rectangle", {"width": 80, "height": 20}) | {"text": _words("Bühne", 40, 10)},
                ],
                "rows": [
                    {
                        "row_number": "A",
                        "row_label": "Box %s",
                        "seat_label": None,
                        "row_number_position": "both",
                        "uuid": "8f3c7fb0-7ae9-4a0c-9a48-5c3d2e1a0002",
                        "position": {"x": 0.5, "y": 1.1},
                        "seats": [
                            _theirs("Loge links-A-1", "1", 0.3, 0.2, "Gold") | {"radius": 14},
                            _theirs("8f3c7fb0-7ae9-4a0c-9a48-5c3d2e1a0003", "2", 24, 0, "") | {"start_direction": "<>"},
                        ],
                    }
                ],
            },
            {"position": {"x": 0, "y": 0}, "rows": []},
        ],
    }


def arena() -> dict[str, Any]:
    """A sports hall as pretix's editor writes it: rows turned on their side, halves of one row, lines on the floor."""
    grain = 2.842170943040401e-14  # what turning leaves

    def half(own: str, label: str | None, x: float, y: float, seats: list[dict[str, Any]]) -> dict[str, Any]:
        said = {"row_number": "A", "row_number_position": None, "seat_label": label, "uuid": own, "seats": seats}
        return said | {"position": {"x": x, "y": y}}

    def floor(own: str, shape: str, x: float, y: float, words: str, **said: Any) -> dict[str, Any]:
        area = {"shape": shape, "color": "#DAB486", "border_color": "#815719", "rotation": 0, "uuid": own}
        text = {"position": {"x": 910.8382, "y": 415}, "color": "#815719", "text": words, "size": 24}
        return area | {"position": {"x": x, "y": y}, "text": text, shape: said}

    west = [_theirs(f"West-A-{n}", str(n), (35 - n) * 25 - 68.79528207376757, 0.613663620949751, "c-1") for n in (3, 2)]
    east = [_theirs(f"West-A-{n}", str(n), n * 25, -grain, "c-2") for n in (10, 11)]
    side = [_theirs(f"East-G-{n}", str(n), grain, n * 25 + grain, "c-2") | {"uuid": f"e-{n}"} for n in (1, 2, 3)]
    areas = [
        floor("f5edbeb4", "rectangle", 1239.9764589994384, 39.50887744090258, "", width=0.5, height=380)
        | {"color": "#815719"},
        floor("4826e316", "circle", 1240, 460, "FLOOR", radius=137.842),
        floor("09d7e38b", "rectangle", 331.079766501161, 325.79970627931397, "", width=300, height=240),
    ]
    rows = [half("w-1", "A%s", 415, 905, west), half("w-2", "A%s", 1354.2407398015064, 940.0680074477848, east)]
    rows.append(half("e-1", "AA%s", 2200.1218632951804, 497.08336772179666, side) | {"row_number": "AA"})
    zone = {"name": "Courtside", "zone_id": "Ground", "uuid": "074e23ec", "position": {"x": 0, "y": 0}, "rows": rows}
    categories = [{"name": "c-1", "color": "#F5AF91"}, {"name": "c-2", "color": "#D45629"}]
    size = {"width": 2500, "height": 1000}
    return {"name": "Arena", "categories": categories, "zones": [zone | {"areas": areas}], "size": size}


def benches() -> dict[str, Any]:
    """Tables with benches as a script writes them: a row and a shape for each, no category, a size that is no integer."""
    rows, areas = [], []
    for table in range(6):
        place = {"x": 50 + table % 3 * 140, "y": 50.0 + table // 3 * 120.5}
        seats = [_theirs(f"Table{table}_{n}", str(n), n % 2 * 60, (n - 1) // 2 * 25, "") for n in range(1, 9)]
        rows.append({"row_number": str(table + 1), "position": place, "seats": seats})
        text = {"position": place, "color": "#333333", "text": str(table + 1)}
        areas.append(
            {
                "shape": "rectangle",
                "position": {"x": place["x"], "y": place["y"] - 10},
                "text": text,
                "color": "#d7c29b",
            }
            | {"rectangle": {"width": 60, "height": 95.0}}
        )
    zone = {"name": "Main", "zone_id": "Main", "position": {"x": 0, "y": 0}, "areas": areas, "rows": rows}
    return {"name": "Benches", "categories": [], "zones": [zone], "size": {"width": 500, "height": 380.5}}


def _theirs(guid: str, number: str, x: float, y: float, category: str) -> dict[str, Any]:
    return {"seat_guid": guid, "seat_number": number, "position": {"x": x, "y": y}, "category": category}


def _shape(shape: str, said: dict[str, Any]) -> dict[str, Any]:
    return {"shape": shape, "position": {"x": 100, "y": 200}, "border_color": "#000", shape: said}


def _words(text: str, x: float, y: float) -> dict[str, Any]:
    return {"text": text, "position": {"x": x, "y": y}, "size": 16, "color": "#333"}


def hall(n_rows: int, n_seats: int, *, aisle_after: int = 0) -> Drawing:
    """Straight rows behind each other, A in front, with an aisle after so many seats when that is said."""
    rows = []
    for row, name in enumerate(row_names(n_rows)):
        seats = tuple(
            Seat(
                f"{name}-{seat + 1}",
                str(seat + 1),
                seat * 24 + (60 if aisle_after and seat >= aisle_after else 0),
                row * 30,
            )
            for seat in range(n_seats)
        )
        rows.append(Row(f"row-{name}", name, seats))
    size = (n_seats * 24 + 100, n_rows * 30 + 100)
    return Drawing(
        size,
        (Section("hall", "Hall", 0, -30, tuple(rows)),),
        Stage(0, -100, n_seats * 24 - 24, 40, "Stage", "rectangle"),
    )


def opera() -> Drawing:
    """2,000 seats: stalls in arcs with an aisle, two balconies, boxes with chairs at both sides."""
    stalls = _tier("stalls", "Stalls", rows=26, seats=40, y=300, curve=900)
    first = _tier("first", "First balcony", rows=8, seats=60, y=1150, curve=1200)
    second = _tier("second", "Second balcony", rows=6, seats=60, y=1450, curve=1300)
    boxes = (_boxes("left", "Left boxes", 120), _boxes("right", "Right boxes", 1880))
    ids = {one.id: tuple(seat.id for row in one.rows for seat in row.seats) for one in (stalls, first, second, *boxes)}
    categories = (
        Category("Gold", "#c9a227", ids["stalls"]),
        Category("Silver", "#9aa5b1", ids["first"] + ids["left"] + ids["right"]),
        Category("Bronze", "#b0763a", ids["second"]),
    )
    return Drawing(
        (2000, 1800),
        (stalls, first, second, *boxes),
        Stage(600, 40, 800, 160, "Stage", "trapezoid"),
        (Area("text", 1000, 1100, label="Foyer"), Area("rectangle", 600, 205, 800, 40, color="#333333", label="Pit")),
        (Free("standing", "Standing room", 80, 700, 1680, 600, 60),),
        categories,
    )


def _tier(own: str, name: str, *, rows: int, seats: int, y: int, curve: int) -> Section:
    drawn = []
    for row, letter in enumerate(row_names(rows, skipped="IO")):
        places = row_of(seats, (1000, y + row * 30), curve=curve + row * 30)
        named = zip(seat_names(seats, "middle"), places, strict=True)
        drawn.append(
            Row(
                f"{own}-{letter}",
                letter,
                tuple(Seat(f"{own}-{letter}-{n}", n, *at) for n, at in named),
                curve + row * 30,
            )
        )
    return Section(own, name, 1000, y - 30, tuple(drawn))


def _boxes(own: str, name: str, x: int) -> Section:
    drawn = []
    for box in range(1, 13):
        places = round_table(5, (x, 300 + box * 90), 22)
        seats = tuple(Seat(f"{own}-{box}-{n}", str(n), *at) for n, at in enumerate(places, 1))
        drawn.append(Row(f"{own}-{box}", str(box), seats, 0, table=True))
    return Section(own, name, x, 320, tuple(drawn))


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")), min_size=1, max_size=8).map(composed)
TENTHS = st.integers(-20_000, 20_000).map(lambda tenths: tenths // 10 if tenths % 10 == 0 else tenths / 10)
SIDES = st.integers(0, 3_000)
COLORS = st.sampled_from(("", "#abc", "#00ff7f"))


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Any drawing of at most twelve rows."""
    sections, seats = [], []
    for number in range(draw(st.integers(0, 3))):
        rows = []
        for row in range(draw(st.integers(0, 4))):
            names = draw(st.lists(NAMES, max_size=5, unique=True))
            drawn = tuple(
                Seat(f"s{number}.{row}:{n}", name, draw(TENTHS), draw(TENTHS)) for n, name in enumerate(names)
            )
            rows.append(
                Row(f"s{number}-r{row}", draw(NAMES), drawn, draw(st.sampled_from((0, 400))), draw(st.booleans()))
            )
            seats += [seat.id for seat in drawn]
        sections.append(
            Section(f"s{number}", draw(st.one_of(st.just(""), NAMES)), draw(TENTHS), draw(TENTHS), tuple(rows))
        )
    cut = draw(st.integers(0, len(seats)))
    categories = [Category("one", draw(COLORS), tuple(seats[:cut]))]
    if draw(st.booleans()):
        categories.append(Category("two", draw(COLORS), tuple(seats[cut:])))
    size = (draw(st.integers(1, 5_000)), draw(st.integers(1, 5_000)))
    free = tuple(
        Free(
            f"free{number}",
            draw(NAMES),
            draw(st.integers(0, 900)),
            draw(TENTHS),
            draw(TENTHS),
            draw(SIDES),
            draw(SIDES),
        )
        for number in range(draw(st.integers(0, 2)))
    )
    areas = tuple(draw(st.lists(AREAS, max_size=4)))
    return Drawing(size, tuple(sections), draw(STAGES), areas, free, tuple(categories))


STAGES = st.one_of(
    st.just(Stage()),
    st.builds(Stage, TENTHS, TENTHS, SIDES, SIDES, NAMES, st.sampled_from(("rectangle", "trapezoid"))),
)
_TURNS = st.integers(-360, 360)
_POINTS = st.lists(st.tuples(TENTHS, TENTHS), min_size=3, max_size=6).map(tuple)
AREAS = st.one_of(
    st.builds(
        Area,
        st.sampled_from(("rectangle", "ellipse")),
        TENTHS,
        TENTHS,
        SIDES,
        SIDES,
        st.just(()),
        _TURNS,
        COLORS,
        NAMES,
    ),
    st.builds(Area, st.just("polygon"), TENTHS, TENTHS, st.just(0), st.just(0), _POINTS, _TURNS, COLORS, NAMES),
    st.builds(Area, st.just("text"), TENTHS, TENTHS, st.just(0), st.just(0), st.just(()), _TURNS, COLORS, NAMES),
)
