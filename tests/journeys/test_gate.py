# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate in a real browser: a phone is paired, scans by hand and by camera, and loses nothing without a network."""

from pathlib import Path
from typing import Any

import pytest
import segno

from tests.browser import CHROMIUM, FLAGS, PHONE, House, expect, fits, needs_browser, picture, ready, until, violations

pytestmark = needs_browser
WIDTH, HEIGHT, MODULE = 640, 480, 9


def paired(house: House, office: Any, made: dict[str, str], phone: Any, name: str) -> None:
    office.goto(f"/tickets/dates/{made['performance']}/gate/scanners/new")
    office.get_by_label("Name of the scanner").fill(name)
    office.get_by_label("Where it stands").fill("North")
    office.get_by_role("button", name="Show the code").click()
    code = office.locator(".gate-code__code").inner_text()
    phone.goto("/gate/")
    phone.get_by_label("Code", exact=True).fill(code)
    phone.get_by_role("button", name="Stand at this gate").click()
    until(phone, "document.querySelector('mazot-scanner')?.dataset.ready === 'yes'")


def check(phone: Any, code: str, said: str) -> None:
    phone.get_by_label("Code of a ticket").fill(code.upper())
    phone.get_by_role("button", name="Check").click()
    expect(phone.get_by_role("alert")).to_contain_text(said)
    phone.get_by_role("alert").click()


@pytest.mark.timeout(300)
def test_a_phone_lets_people_in_and_loses_nothing_without_a_network(house: House) -> None:
    office, login = house.newcomer()
    made = house.served.change("a_hall", login)
    codes = house.served.change("codes_of", made["performance"])["codes"]
    office.goto(f"/tickets/{made['shop']}/gate")
    assert violations(office) == []
    phone = house.visitor(PHONE)
    phone.goto("/gate/")
    assert violations(phone) == []
    picture(phone, "gate-pair")
    phone.set_viewport_size(PHONE)
    paired(house, office, made, phone, "Door 1")
    picture(office, "gate-paired")
    expect(phone.get_by_role("status").first).to_contain_text("Connected")
    assert violations(phone) == []
    fits(phone, PHONE["width"])

    check(phone, codes[0], "Welcome.")
    check(phone, codes[0], "This ticket was used already.")
    check(phone, "forged", "This is not one of our tickets.")
    by_cable(phone, codes[1])
    until(phone, "document.querySelector('mazot-scanner').dataset.kept === 'yes'")
    alone(phone, codes)
    what_the_office_sees(office, made)


def by_cable(phone: Any, code: str) -> None:
    """A scanner with a cable is a keyboard that types fast, wherever the page is."""
    phone.locator(".scanner__name").click()
    phone.evaluate("document.activeElement.blur()")
    phone.keyboard.type(code)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("alert")).to_contain_text("Welcome.")
    phone.get_by_role("alert").click()


def alone(phone: Any, codes: list[str]) -> None:
    phone.context.set_offline(True)
    check(phone, codes[2], "Welcome.")
    check(phone, codes[2], "This ticket was used already.")
    check(phone, codes[0], "This ticket was used already.")
    expect(phone.get_by_role("status").first).to_contain_text("Alone · 3 not told yet")
    phone.reload()
    until(phone, "document.querySelector('mazot-scanner')?.dataset.ready === 'yes'")
    expect(phone.get_by_role("status").first).to_contain_text("3 not told yet")
    check(phone, codes[2], "This ticket was used already.")
    check(phone, codes[3], "Welcome.")
    picture(phone, "gate-alone")
    phone.set_viewport_size(PHONE)
    phone.context.set_offline(False)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_role("status").first).to_have_text("Connected")


def what_the_office_sees(office: Any, made: dict[str, str]) -> None:
    office.goto(f"/tickets/{made['shop']}/gate")
    picture(office, "gate")
    office.get_by_role("link", name="Entrance").first.click()
    ready(office)
    expect(office.locator(".gate__figure").filter(has_text="Came")).to_contain_text("4")
    expect(office.get_by_text("told later").first).to_be_visible()
    assert violations(office) == []
    picture(office, "gate-list")
    office.get_by_role("link", name="Edit").click()
    expect(office.get_by_role("dialog")).to_be_visible()
    assert violations(office) == []


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


@pytest.mark.timeout(300)
def test_a_camera_reads_the_ticket_that_is_held_before_it(house: House, tmp_path: Path) -> None:
    office, login = house.newcomer()
    made = house.served.change("a_hall", login)
    code = house.served.change("codes_of", made["performance"])["codes"][0]
    film = film_of(code, tmp_path / "ticket.y4m")
    seeing = house.chromium.browser_type.launch(
        executable_path=str(CHROMIUM), args=[*FLAGS, f"--use-file-for-fake-video-capture={film}"]
    )
    try:
        context = seeing.new_context(viewport=PHONE, base_url=house.address, locale="en-GB", permissions=["camera"])
        phone = context.new_page()
        paired(house, office, made, phone, "Door 1")
        phone.get_by_role("button", name="Camera").click()
        expect(phone.get_by_role("alert")).to_contain_text("Welcome.")
        picture(phone, "gate-camera")
        context.close()
    finally:
        seeing.close()
