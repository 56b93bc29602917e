# SPDX-License-Identifier: AGPL-3.0-or-later
"""What journeys do in a shop: open its pages, order, and read the codes on the paper that comes out."""

import re
from typing import Any

import pypdfium2
import zxingcpp

from tests.browser import expect, until

DRAWN = "document.querySelector('mazot-hall-picker')?.dataset.ready === 'yes'"
BUYER = "margaux@journey.example"


def opened(page: Any, path: str) -> None:
    page.goto(path)
    settled(page)
    if page.locator("mazot-hall-picker").count():
        until(page, DRAWN)


def settled(page: Any) -> None:
    """As `ready`; strangers' pages carry the place of toasts and not its script, which nothing there calls."""
    page.wait_for_load_state("load")
    until(page, "!document.querySelector(':not(:defined):not(mazot-toasts)')")


def fills_in(page: Any, way: str) -> None:
    """Who orders and how it is paid, then the press that orders."""
    page.get_by_label("E-mail").fill(BUYER)
    page.get_by_label("Last name").fill("Thévoz")
    page.get_by_role("radio", name=re.compile(f"^{way}")).check()
    page.get_by_role("checkbox", name="I accept the terms of sale.").check()
    page.get_by_role("button", name=re.compile("^Order and pay")).click()
    expect(page).to_have_url(re.compile("/order/"))


def seat_on_plan(page: Any, section: str, row: str, name: str) -> tuple[float, float]:
    """Where a seat is drawn on the screen, for a finger."""
    ask = """([section, row, name]) => {
      const { hall, view } = document.querySelector('mazot-hall-picker'), box = view.svg.getBoundingClientRect()
      const stands = seat => { const at = hall.rows[hall.rowOf[seat]]; return at.name === row && hall.sections[at.section].name === section }
      const seat = [...hall.names.keys()].find(seat => hall.names[seat] === name && stands(seat))
      const [x, y] = view.camera.toScreen(hall.x[seat], hall.y[seat])
      return [box.x + x, box.y + y]
    }"""
    x, y = page.evaluate(ask, [section, row, name])
    return x, y


def codes_on_paper(page: Any) -> list[str]:
    """What a camera reads on the first page of the tickets that this order's page offers."""
    address = page.get_by_role("link", name="Tickets to print (PDF)").get_attribute("href")
    paper = page.context.request.get(address)
    assert paper.headers["content-type"] == "application/pdf"
    printed = pypdfium2.PdfDocument(paper.body())[0].render(scale=3).to_pil()
    return [found.text.lower() for found in zxingcpp.read_barcodes(printed)]
