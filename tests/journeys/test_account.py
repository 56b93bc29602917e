# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person does with their own account, in a real browser on a served Mazot."""

import re
import struct
import time
from base64 import b32decode
from hmac import digest
from typing import Any

import httpx
import pytest

from tests.browser import PASSWORD, PHONE, WIDE, House, at_rest, expect, fits, needs_browser, picture, until, violations

pytestmark = needs_browser


def code_of(secret: str, *, steps: int = 0) -> str:
    """RFC 6238 with what every authenticator app assumes: SHA-1, six figures, thirty seconds.

    Never at the end of the thirty seconds: the code of the step before would be two steps old when it arrives.
    """
    if (left := 30 - time.time() % 30) < 10:
        time.sleep(left)
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    mac = digest(b32decode(secret.replace(" ", "")), counter, "sha1")
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def look_at(page: Any, name: str) -> None:
    picture(page, f"account-{name}")
    assert violations(page) == [], name


def test_signing_up_alone_gives_an_organization(house: House) -> None:
    page = house.visitor()
    page.goto("/signup")
    look_at(page, "signup")
    page, _login = house.newcomer()
    page.goto("/account/memberships")
    expect(page.locator("main").get_by_text("Legal representative")).to_be_visible()
    look_at(page, "memberships")


PAGES = (
    "profile",
    "appearance",
    "notices",
    "two-factor/",
    "password",
    "application-passwords",
    "application-passwords/new",
    "sessions",
    "identifier",
    "close",
    "compromised",
    "tokens",
    "teams",
    "memberships",
    "activity",
    "logins",
)


def test_every_page_of_the_account_is_clean(house: House) -> None:
    page, _login = house.newcomer()
    for name in PAGES:
        page.goto(f"/account/{name}")
        look_at(page, name.strip("/").replace("/", "-"))
        for width in (320, 390, 768):
            fits(page, width)
            fits(page, width, ".settings")
        page.set_viewport_size(WIDE)
    assert page.locator(".nav__item[aria-current=page]").count() == 1


def test_the_public_pages_are_clean(house: House) -> None:
    page = house.visitor()
    for name in ("login", "login/reset", "login/reset/sent", "invitation/none", "login/reset/1-none/"):
        page.goto(f"/{name}")
        look_at(page, "public-" + name.strip("/").replace("/", "-"))


def set_up_codes(house: House, page: Any) -> tuple[str, list[str]]:
    page.goto("/account/two-factor/code")
    house.confirm(page)
    secret = page.get_by_label("Key for the authenticator app").input_value()
    look_at(page, "code-on")
    fits(page, PHONE["width"], ".settings")
    page.set_viewport_size(WIDE)
    page.get_by_label("Code of six figures").fill(code_of(secret, steps=-1))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    expect(page.locator(".recovery__code")).to_have_count(10)
    return secret, page.locator(".recovery__code").all_inner_texts()


def test_a_code_from_the_phone_is_the_second_step(house: House) -> None:
    page, login = house.newcomer()
    secret, codes = set_up_codes(house, page)
    assert len(codes) == 10
    look_at(page, "recovery")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.path().read_text().split() == codes
    page.reload()
    assert page.locator(".recovery__code").count() == 0, "the codes are shown once"

    other = house.visitor()
    house.sign_in(other, login)
    expect(other.get_by_role("heading", name="Second step")).to_be_visible()
    look_at(other, "second-step")
    other.goto("/account/profile")
    expect(other).to_have_url(re.compile("/login/second-factor"))
    other.get_by_label("Code").fill("000000")
    other.get_by_role("button", name="Continue").click()
    expect(other.get_by_text("This code is not right")).to_be_visible()
    code = code_of(secret)
    other.get_by_label("Code").fill(code)
    other.get_by_role("button", name="Continue").click()
    expect(other).not_to_have_url(re.compile("/login"))

    third = house.visitor()
    house.sign_in(third, login)
    third.get_by_label("Code").fill(code)
    third.get_by_role("button", name="Continue").click()
    expect(third.get_by_text("This code is not right, or it was used already.")).to_be_visible()


def test_a_recovery_code_opens_once(house: House) -> None:
    page, login = house.newcomer()
    _secret, codes = set_up_codes(house, page)
    for text in ("in", "This code is not right"):
        other = house.visitor()
        house.sign_in(other, login)
        other.get_by_label("Code").fill(codes[0])
        other.get_by_role("button", name="Continue").click()
        if text == "in":
            expect(other).not_to_have_url(re.compile("/login"))
        else:
            expect(other.get_by_text(text)).to_be_visible()


def with_key(page: Any) -> None:
    """Plug a virtual passkey into the browser; it always finds its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def add_passkey(house: House, page: Any, name: str = "Phone") -> None:
    page.goto("/account/two-factor/passkey")
    if page.get_by_label("Password of your account").count():
        house.confirm(page)
    look_at(page, "passkey-on")
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page).to_have_url(re.compile("recovery|two-factor/$"))


def test_a_passkey_opens_the_account_without_a_password(house: House) -> None:
    page, _login = house.newcomer()
    with_key(page)
    add_passkey(house, page)
    page.goto("/account/two-factor/")
    expect(page.get_by_text("Phone", exact=True)).to_be_visible()
    look_at(page, "two-factor-with-passkey")
    page.locator(".topbar__me").click()
    page.get_by_role("menuitem", name="Log out").click()
    expect(page).to_have_url(re.compile("/login"))
    page.goto("/login?next=/account/appearance")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("^[^?]*/account/appearance$"))
    page.goto("/account/logins")
    expect(page.get_by_role("row").filter(has_text="passkey").first).to_be_visible()


def test_a_passkey_is_the_second_step_too_and_can_be_renamed_and_removed(house: House) -> None:
    page, login = house.newcomer()
    with_key(page)
    add_passkey(house, page)
    page.context.clear_cookies()
    house.sign_in(page, login)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    look_at(page, "second-step-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).not_to_have_url(re.compile("/login"))

    page.goto("/account/two-factor/")
    page.get_by_role("link", name="Rename").click()
    page.wait_for_url(re.compile("/again|/rename"))
    if page.get_by_label("Password of your account").count():
        look_at(page, "again")
        house.confirm(page)
    expect(page.get_by_role("heading", name="Rename a passkey")).to_be_visible()
    look_at(page, "passkey-rename")
    page.get_by_role("textbox").first.fill("Laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Laptop")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", name="Remove a passkey")).to_be_visible()
    look_at(page, "passkey-remove")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No passkey yet")).to_be_visible()


def test_a_forgotten_password_is_replaced_by_letter(house: House) -> None:
    page, login = house.newcomer()
    other = house.visitor()
    other.goto("/login")
    other.get_by_role("link", name="Forgotten?").click()
    other.get_by_label("Login identifier").fill(login.upper())
    other.get_by_role("button", name="Send the letter").click()
    expect(other.get_by_role("heading", name="Look into your letters")).to_be_visible()
    link = house.link_to(login, "/login/reset/")
    other.goto(link)
    look_at(other, "reset-new")
    other.get_by_label("New password", exact=True).fill("another-larch-77")
    other.get_by_role("button", name="Save the password").click()
    expect(other.get_by_role("heading", name="Your password is changed")).to_be_visible()
    page.goto("/account/profile")
    expect(page).to_have_url(re.compile("/login"))
    house.sign_in(other, login, "another-larch-77")
    expect(other).not_to_have_url(re.compile("/login"))
    again = house.visitor()
    again.goto(link)
    expect(again.get_by_role("heading", name="This link is no longer valid")).to_be_visible()


GROUND = "getComputedStyle(document.body).backgroundColor"


def ground(page: Any) -> str:
    at_rest(page)
    return str(page.evaluate(GROUND))


def test_the_appearance_is_in_the_first_byte_and_automatic_follows_the_system(house: House) -> None:
    page, _login = house.newcomer(color_scheme="light")
    light = ground(page)
    page.goto("/account/appearance")
    page.locator(".look", has_text="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-appearance", "dark")
    expect(page.locator(".toasts .toast")).to_contain_text("Appearance is dark.")
    dark = ground(page)
    page.locator(".toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("html")).to_have_attribute("data-appearance", "auto")
    expect(page.get_by_role("radio", name=re.compile("Automatic"))).to_be_checked()
    page.locator(".look", has_text="Dark").click()
    expect(page.locator(".toasts .toast").last).to_contain_text("Appearance is dark.")
    assert dark != light

    # Before any script and any style: the page as the server sends it.
    raw = page.request.get("/account/profile").text()
    assert 'data-appearance="dark"' in raw[: raw.index("<body")].split("<head")[0]
    plain = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state(), base_url=house.address
    )
    bare = plain.new_page()
    bare.goto("/account/profile")
    assert ground(bare) == dark
    plain.close()

    page.locator(".look", has_text="Automatic").click()
    expect(page.locator("html")).to_have_attribute("data-appearance", "auto")
    until(page, f"ground => {GROUND} === ground", light)
    page.emulate_media(color_scheme="dark")
    until(page, f"ground => {GROUND} === ground", dark)
    stranger = house.visitor(PHONE, color_scheme="dark")
    stranger.goto("/login")
    stranger_ground = ground(stranger)
    stranger.emulate_media(color_scheme="light")
    until(stranger, f"ground => {GROUND} !== ground", stranger_ground)


def test_an_application_password_opens_the_files_until_it_is_revoked(house: House) -> None:
    page, login = house.newcomer()
    page.goto("/account/application-passwords")
    page.get_by_role("link", name="New application password").click()
    page.get_by_label("Name").fill("Joplin")
    page.get_by_role("button", name="Make the password").click()
    secret = page.get_by_label("Application password", exact=True).input_value()
    address = page.get_by_label(re.compile("WebDAV address")).first.input_value()
    look_at(page, "app-password-made")
    name = f"{address}journey.txt"
    with httpx.Client(auth=(login, secret), timeout=60) as program:
        assert program.put(name, content=b"kept").status_code == 201
        assert program.get(name).content == b"kept"
        page.goto("/account/application-passwords")
        expect(page.get_by_text("last used")).to_be_visible()
        look_at(page, "app-passwords-used")
        page.get_by_role("button", name="Revoke Joplin").click()
        expect(page.get_by_text("No application password yet")).to_be_visible()
        assert program.get(name).status_code == 401
    assert secret not in page.content()


def test_a_session_ended_from_another_browser_is_over_at_once(house: House) -> None:
    page, login = house.newcomer()
    other = house.visitor()
    house.sign_in(other, login)
    other.goto("/account/sessions")
    expect(other.get_by_text("This one", exact=True)).to_be_visible()
    look_at(other, "sessions-two")
    other.get_by_role("button", name=re.compile("^End the session of")).click()
    expect(other.get_by_role("button", name=re.compile("^End the session of"))).to_have_count(0)
    page.goto("/account/profile")
    expect(page).to_have_url(re.compile(r"/login\?next=/account/profile"))
    house.sign_in(page, login)
    expect(page).to_have_url(re.compile("/account/profile$"))


def test_a_session_that_ended_in_the_middle_of_a_swap_leads_to_login_and_back(house: House) -> None:
    page, login = house.newcomer()
    page.goto("/account/appearance")
    cookies = [cookie for cookie in page.context.cookies() if cookie["name"] != "mazot"]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    page.locator(".look", has_text="Dark").click()
    expect(page).to_have_url(re.compile("/login"))
    house.sign_in(page, login)
    expect(page).to_have_url(re.compile("/account/appearance"))


def test_a_form_without_its_token_is_refused_with_a_clear_page(house: House) -> None:
    page, _login = house.newcomer()
    page.goto("/account/profile")
    page.evaluate("document.querySelectorAll('main [name=csrfmiddlewaretoken]').forEach(field => field.remove())")
    page.locator("main").get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile("This page is too old"))
    expect(page.locator("h1")).to_have_count(1)
    look_at(page, "no-token")


@pytest.mark.parametrize("language", ["fr", "de", "it", "es"])
def test_the_language_can_be_chosen_before_anybody_signs_in(house: House, language: str) -> None:
    page = house.visitor()
    page.goto("/login")
    page.locator("footer select, footer [name=language]").first.wait_for()
    answer = page.request.post(
        "/language",
        form={
            "language": language,
            "next": "/login",
            "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value(),
        },
        headers={"Referer": house.address + "/login"},
    )
    assert f'lang="{language}"' in answer.text()
    assert PASSWORD not in answer.text()
