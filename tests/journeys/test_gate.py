# SPDX-License-Identifier: AGPL-3.0-or-later
"""The gate in a real browser: a phone is paired, scans by hand and by camera, and loses nothing without a network."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser import PHONE, House, expect, fits, needs_browser, picture, ready, until, violations
from tests.journeys.gates import STANDS, check, film_of, paired, phone_that_sees

pytestmark = needs_browser


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
    paired(office, made["performance"], phone, "Door 1")
    picture(office, "gate-paired")
    expect(phone.get_by_role("status").first).to_contain_text("Connected")
    assert violations(phone) == []
    fits(phone, PHONE["width"])

    check(phone, codes[0], "Welcome.")
    check(phone, codes[0], "This ticket was used already.")
    check(phone, "forged", "This is not one of our tickets.")
    by_cable(phone, codes[1])
    until(phone, "document.querySelector('mazot-scanner').dataset.kept === 'yes'")
    the_answer_is_lost_on_its_way(phone, codes[5])
    hundreds_wait(phone)
    alone(phone, codes)
    what_the_office_sees(office, made)
    ended_while_it_was_alone(office, made, phone, codes)


def by_cable(phone: Any, code: str) -> None:
    """A scanner with a cable is a keyboard that types fast, wherever the page is."""
    phone.locator(".scanner__name").click()
    phone.evaluate("document.activeElement.blur()")
    phone.keyboard.type(code)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("alert")).to_contain_text("Welcome.")
    phone.get_by_role("alert").click()


def the_answer_is_lost_on_its_way(phone: Any, code: str) -> None:
    """The server hears the scan and lets in; the network goes before its answer comes. It is one entry, not two."""

    def lose(route: Any) -> None:
        route.fetch()
        route.abort("internetdisconnected")

    phone.context.route("**/gate/scan", lose)
    check(phone, code, "Welcome.")
    expect(phone.get_by_role("status").first).to_contain_text("1 not told yet")
    phone.context.unroute("**/gate/scan")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_role("status").first).to_have_text("Connected")
    check(phone, code, "This ticket was used already.")


def hundreds_wait(phone: Any) -> None:
    """Three hundred looks that a long evening without a network left behind are told in a moment."""
    queue = """() => {
      const name = `mazot-gate:${document.querySelector('mazot-scanner').dataset.device}:queue`
      const look = () => ({ code: crypto.randomUUID(), at: Date.now(), nonce: crypto.randomUUID(), is_exit: false, let_in: false })
      localStorage.setItem(name, JSON.stringify(Array.from({ length: 300 }, look)))
    }"""
    phone.evaluate(queue)
    phone.reload()
    until(phone, STANDS)
    until(phone, "Object.entries(localStorage).some(([name, text]) => name.endsWith(':queue') && text === '[]')")
    expect(phone.get_by_role("status").first).to_have_text("Connected")


def alone(phone: Any, codes: list[str]) -> None:
    phone.context.set_offline(True)
    check(phone, codes[2], "Welcome.")
    check(phone, codes[2], "This ticket was used already.")
    check(phone, codes[0], "This ticket was used already.")
    expect(phone.get_by_role("status").first).to_contain_text("Alone · 3 not told yet")
    phone.reload()
    until(phone, STANDS)
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
    expect(office.locator(".gate__figure").filter(has_text="Came")).to_contain_text("5")
    expect(office.get_by_text("told later").first).to_be_visible()
    assert violations(office) == []
    picture(office, "gate-list")
    office.get_by_role("link", name="Edit").click()
    expect(office.get_by_role("dialog")).to_be_visible()
    assert violations(office) == []


def ended_while_it_was_alone(office: Any, made: dict[str, str], phone: Any, codes: list[str]) -> None:
    phone.context.set_offline(True)
    check(phone, codes[4], "Welcome.")
    office.goto(f"/tickets/{made['shop']}/gate")
    office.get_by_role("link", name="Entrance").first.click()
    office.get_by_role("button", name="End", exact=True).click()
    expect(office.get_by_text("The scanner is ended.")).to_be_visible()
    office.go_back()
    ready(office)
    phone.context.set_offline(False)
    phone.reload()
    expect(phone.get_by_text("Everything that it decided alone is told.")).to_be_visible()
    assert violations(phone) == []
    picture(phone, "gate-ended")
    came = office.locator(".gate__figure").filter(has_text="Came")  # nobody loads the page again
    expect(came).to_contain_text("6")
    expect(office.get_by_text("told after its end")).to_be_visible()
    expect(office.get_by_text("1 scan is in doubt", exact=False)).to_be_visible()


@pytest.mark.timeout(300)
def test_a_camera_reads_the_ticket_that_is_held_before_it(house: House, tmp_path: Path) -> None:
    office, login = house.newcomer()
    made = house.served.change("a_hall", login)
    code = house.served.change("codes_of", made["performance"])["codes"][0]
    with phone_that_sees(house, film_of(code, tmp_path / "ticket.y4m")) as phone:
        paired(office, made["performance"], phone, "Door 1")
        phone.get_by_role("button", name="Camera").click()
        expect(phone.get_by_role("alert")).to_contain_text("Welcome.")
        picture(phone, "gate-camera")
