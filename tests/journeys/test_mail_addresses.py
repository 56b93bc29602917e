# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a domain to a telephone that reads its mail, and to the moment when it does not any more."""

import imaplib
import re
import subprocess
import sys
from typing import Any
from uuid import uuid4

from tests.browser import WIDE, House, expect, fits, needs_browser, picture, violations

pytestmark = needs_browser


def look_at(page: Any, name: str) -> None:
    picture(page, f"mail-{name}")
    assert violations(page) == [], name
    for width in (320, 390, 768):
        fits(page, width)
    page.set_viewport_size(WIDE)


def logs_in(house: House, login: str, secret: str) -> bool:
    host, port = house.served.doors["imap"]
    with imaplib.IMAP4(host, port, timeout=30) as there:
        try:
            there.login(login, secret)
        except imaplib.IMAP4.error:
            return False
        return True


def declare(house: House, domain: str) -> None:
    """What the operator types."""
    words = [sys.executable, "-m", "mazot", "mail", "declare", domain, "--data", str(house.served.data)]
    subprocess.run(words, env=house.served.environment, check=True, capture_output=True, timeout=120)


def test_an_address_is_made_and_a_device_opens_it_until_it_is_disconnected(house: House) -> None:
    page, _login = house.newcomer()
    domain = f"{uuid4().hex[:10]}.example"
    page.goto("/mail/")
    look_at(page, "home-empty")
    page.get_by_role("link", name="New mail service").click()
    page.get_by_label("Domain").fill(domain)
    page.get_by_role("button", name="Open the service").click()
    expect(page.get_by_role("textbox", name="Value of the record")).to_have_value(re.compile("^mazot-proof="))
    look_at(page, "proof")
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("Not proved")).to_be_visible()
    declare(house, domain)
    page.get_by_role("link", name=domain).first.click()
    look_at(page, "service-empty")

    page.get_by_role("link", name="New address").first.click()
    page.get_by_label("Name", exact=True).fill("box.office")
    page.get_by_label("Whose it is").select_option(index=1)
    look_at(page, "address-new")
    page.get_by_role("button", name="Make the address").click()
    expect(page.get_by_role("heading", name=f"box.office@{domain}")).to_be_visible()
    look_at(page, "address")

    page.get_by_role("link", name="Connect a device").click()
    page.get_by_label("Name of the device").fill("Telephone")
    page.get_by_role("button", name="Make its password").click()
    secret = page.get_by_role("textbox", name="Password").input_value()
    look_at(page, "device-made")
    assert logs_in(house, f"box.office@{domain}", secret)
    page.get_by_role("link", name="Done").click()
    assert secret not in page.content()
    page.get_by_role("button", name="Disconnect Telephone").click()
    expect(page.get_by_text("opens nothing any more")).to_be_visible()
    assert not logs_in(house, f"box.office@{domain}", secret)

    page.get_by_role("link", name="Remove the address").click()
    page.get_by_role("button", name="Remove the address").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("is back, with its mail")).to_be_visible()
    look_at(page, "service")
    for name in ("Domain and records", "Protection", "Usual rights", "Bin"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        look_at(page, name.split()[0].lower())
    protect(page)


def protect(page: Any) -> None:
    """On the page of a service: be strict, and ask unknown servers to come again."""
    page.get_by_role("link", name="Protection", exact=True).click()
    page.get_by_text("Strict", exact=True).click()
    page.get_by_role("switch", name=re.compile("Ask unknown servers")).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The protection is saved.")).to_be_visible()
    expect(page.get_by_role("radio", name="Strict")).to_be_checked()
    expect(page.get_by_role("switch", name=re.compile("Ask unknown servers"))).to_be_checked()


def test_a_table_is_tried_before_its_addresses_are_made(house: House) -> None:
    page, _login = house.newcomer()
    domain = f"{uuid4().hex[:10]}.example"
    page.goto("/mail/new")
    page.get_by_label("Domain").fill(domain)
    page.get_by_role("button", name="Open the service").click()
    expect(page.get_by_text("Not proved")).to_be_visible()
    declare(house, domain)
    page.get_by_role("link", name=domain).first.click()
    page.get_by_role("link", name="New address").first.wait_for()
    page.goto(page.url.split("?")[0] + "import")
    file = {"name": "addresses.csv", "mimeType": "text/csv", "buffer": b"one\ntwo,Two\n"}
    page.get_by_label("Table").set_input_files(files=[file])
    page.get_by_role("button", name="Try the table").click()
    expect(page.get_by_text("2 addresses can be made.")).to_be_visible()
    look_at(page, "import")
    page.get_by_role("button", name="Make them all").click()
    expect(page.get_by_role("link", name=f"two@{domain}")).to_be_visible()
