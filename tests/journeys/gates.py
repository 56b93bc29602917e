# SPDX-License-Identifier: AGPL-3.0-or-later
"""What journeys do at the gate: pair a phone, check a code, and hold a ticket before Chromium's fake camera."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import segno

from tests.browser import CHROMIUM, FLAGS, PHONE, House, expect, until

WIDTH, HEIGHT, MODULE = 640, 480, 9
STANDS = "document.querySelector('mazot-scanner')?.dataset.ready === 'yes'"


def paired(office: Any, performance_id: str, phone: Any, name: str) -> None:
    """The office shows a code, and the phone stands at the gate with it."""
    office.goto(f"/tickets/dates/{performance_id}/gate/scanners/new")
    office.get_by_label("Name of the scanner").fill(name)
    office.get_by_label("Where it stands").fill("North")
    office.get_by_role("button", name="Show the code").click()
    code = office.locator(".gate-code__code").inner_text()
    phone.goto("/gate/")
    phone.get_by_label("Code", exact=True).fill(code)
    phone.get_by_role("button", name="Stand at this gate").click()
    until(phone, STANDS)
    expect(office.get_by_text("This scanner stands at its gate.")).to_be_visible()


def check(phone: Any, code: str, said: str) -> None:
    phone.get_by_label("Code of a ticket").fill(code.upper())
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_role("alert")).to_contain_text(said)
    phone.get_by_role("alert").click()


def film_of(code: str, path: Path) -> Path:
    """A film of a ticket held before a camera, as Chromium's fake one plays it."""
    drawing = [list(row) for row in segno.make(code.upper(), error="m", micro=False).matrix_iter(border=4)]
    side = len(drawing) * MODULE
    left, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
    grey = bytearray([150]) * (WIDTH * HEIGHT)
    for y in range(side):
        line = bytes(30 if dark else 235 for dark in drawing[y // MODULE] for _x in range(MODULE))
        start = (top + y) * WIDTH + left
        grey[start : start + side] = line
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + bytes(grey) + colourless
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + frame * 5)
    return path


@contextmanager
def phone_that_sees(house: House, film: Path) -> Iterator[Any]:
    """A phone whose camera sees nothing but this film."""
    flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
    seeing = house.chromium.browser_type.launch(executable_path=str(CHROMIUM), args=flags)
    try:
        context = seeing.new_context(viewport=PHONE, base_url=house.address, locale="en-GB", permissions=["camera"])
        yield context.new_page()
    finally:
        seeing.close()
