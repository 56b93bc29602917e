# SPDX-License-Identifier: AGPL-3.0-or-later
"""What journeys do in the plan builder."""

from typing import Any

DRAWN = "document.querySelector('mazot-drawing')?.dataset.ready === 'yes'"


def add_section(page: Any, name: str, rows: int, seats: int, scheme: str, **more: int) -> None:
    form = page.locator("[data-add-section]")
    if not form.is_visible():
        page.get_by_text("Add a section").click()
    form.get_by_label("Name of the section").fill(name)
    form.get_by_label("Rows", exact=True).fill(str(rows))
    form.get_by_label("Seats in the first row").fill(str(seats))
    form.get_by_label("More seats from row to row").fill(str(more.get("more", 0)))
    form.get_by_label("Radius of the first row's arc").fill(str(more.get("curve", "")))
    form.get_by_label("Names of seats").select_option(scheme)
    form.get_by_role("button", name="Draw it").click()


def stand(page: Any, x: int, y: int) -> None:
    """What is chosen goes where it belongs, by its middle."""
    ask = """([x, y]) => {
      const d = document.querySelector('mazot-drawing'), seats = d.choice.seats.map(at => d.draft.seats[at])
      const middle = axis => { const all = seats.map(seat => seat[axis]); return (Math.min(...all) + Math.max(...all)) / 2 }
      d.change((draft, choice) => draft.move(choice.seats, x - middle('x'), y - middle('y')))
    }"""
    page.evaluate(ask, [x, y])
