# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder in a real browser: by mouse, by keyboard, by two people at once, on a phone, and without script."""

import re
import time

import pytest

from tests.browser import PHONE, House, expect, fits, needs_browser, ready, until
from tests.journeys.drives import Room
from tests.running import soon

pytestmark = needs_browser


def test_rows_are_chosen_by_keyboard(house: House) -> None:
    room = Room(house)
    for name in ("a.txt", "b.txt", "c.txt", "d.txt"):
        room.put(name)
    room.shows(["a.txt", "b.txt", "c.txt", "d.txt"])
    chosen = room.page.locator('tr[aria-selected="true"]')
    room.page.keyboard.press("ArrowDown")
    expect(chosen).to_have_count(1)
    room.page.keyboard.press("Shift+ArrowDown")
    room.page.keyboard.press("Shift+ArrowDown")
    expect(chosen).to_have_count(3)
    room.page.keyboard.press("x")
    expect(chosen).to_have_count(2)
    room.look_at("selection")
    room.page.keyboard.press("Control+a")
    expect(chosen).to_have_count(4)
    room.page.keyboard.press("Escape")
    expect(chosen).to_have_count(0)
    expect(room.page.get_by_role("toolbar", name="Selection")).to_be_hidden()


def test_what_was_trashed_comes_back_by_undo(house: House) -> None:
    room = Room(house)
    room.put("a.txt")
    room.put("b.txt")
    room.shows(["a.txt", "b.txt"])
    room.row("a.txt").get_by_role("checkbox").click()
    room.page.keyboard.press("Delete")
    room.shows(["b.txt"])
    room.page.get_by_role("button", name="Undo").click()
    room.shows(["a.txt", "b.txt"])


def test_two_people_rename_at_once_and_nobody_loses_a_name(house: House) -> None:
    room = Room(house)
    room.put("a.txt")
    room.put("b.txt")
    room.shows(["a.txt", "b.txt"])
    room.row("a.txt").get_by_role("checkbox").click()
    room.page.keyboard.press("F2")
    dialog = room.page.get_by_role("dialog", name="Rename")
    dialog.get_by_label("Name").fill("Programme.txt")
    room.look_at("rename")
    moved = room.dav.request("MOVE", room.mount + "b.txt", headers={"Destination": room.mount + "Programme.txt"})
    assert moved.status_code == 201
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("Name")).to_have_value("Programme.txt")
    expect(room.page.locator(".toasts")).to_contain_text("Programme.txt")
    dialog.get_by_label("Name").fill("Programme 2.txt")
    dialog.get_by_role("button", name="Rename").click()
    room.shows(["Programme 2.txt", "Programme.txt"])


def test_a_file_put_by_webdav_appears_in_an_open_page(house: House) -> None:
    room = Room(house)
    room.put("before.txt")
    room.shows(["before.txt"])
    room.row("before.txt").get_by_role("checkbox").click()
    room.put("from-elsewhere.txt")
    # A second on a quiet machine; the bench says how long it takes there.
    room.row("from-elsewhere.txt").wait_for(timeout=20_000)
    expect(room.row("before.txt")).to_have_attribute("aria-selected", "true")


def test_a_new_folder_and_a_move_into_it(house: House) -> None:
    room = Room(house)
    room.put("a.txt")
    room.shows(["a.txt"])
    room.page.keyboard.press("n")
    dialog = room.page.get_by_role("dialog", name="New folder")
    dialog.get_by_label("Name").fill("Parts")
    dialog.get_by_role("button", name="Make the folder").click()
    room.shows(["Parts", "a.txt"])
    room.row("a.txt").get_by_role("checkbox").click()
    room.page.get_by_role("toolbar", name="Selection").get_by_role("button", name="Move").click()
    choose = room.page.get_by_role("dialog", name="Choose a folder")
    choose.get_by_role("button", name="Parts").click()
    expect(choose.locator('[aria-current="page"]')).to_have_text("Parts")
    room.look_at("choose")
    choose.get_by_role("button", name="Choose this folder").click()
    room.shows(["Parts"])
    assert room.get("Parts/a.txt") == b"some words"


def test_details_tell_versions_and_give_one_back(house: House) -> None:
    room = Room(house)
    room.put("Notes.md", b"first")
    room.put("Notes.md", b"second")
    room.shows(["Notes.md"])
    room.row("Notes.md").get_by_role("checkbox").click()
    room.page.get_by_role("button", name="Details").first.click()
    panel = room.page.get_by_role("complementary", name="Notes.md")
    expect(panel).to_contain_text("Versions")
    room.look_at("details")
    panel.get_by_role("button", name="Restore").click()
    expect(room.page.locator(".toasts")).to_contain_text("Notes.md")
    assert room.get("Notes.md") == b"first"


def test_previews_show_and_run_nothing(house: House) -> None:
    room = Room(house)
    room.put("a.md", b"# Title\n\n<script>document.title='run'</script>\n\n[x](javascript:alert(1)) **bold**")
    room.put("b.html", b"<script>document.title='run'</script><h1>Page</h1>")
    room.put("c.txt", "Où ?".encode())
    room.page.reload()
    room.row("a.md").get_by_role("link", name="a.md", exact=True).click()
    expect(room.page.get_by_role("heading", name="Title")).to_be_visible()
    assert room.page.locator('main a[href^="javascript"]').count() == 0
    room.look_at("preview-markdown")
    room.page.keyboard.press("ArrowRight")
    expect(room.page.get_by_role("heading", name="b.html")).to_be_visible()
    expect(room.page).not_to_have_title("run")
    address = room.page.url + "/content"
    answer = room.page.context.request.get(address)
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    room.page.keyboard.press("ArrowRight")
    expect(room.page.locator("main")).to_contain_text("Où ?")
    room.page.keyboard.press("Escape")
    expect(room.page).to_have_url(re.compile("/drive/folder/"))


def test_the_trash_gives_back_and_empties(house: House) -> None:
    room = Room(house)
    for name in ("Kept.txt", "Gone.txt"):
        room.put(name)
        assert room.dav.delete(f"{room.mount}{name}").status_code == 204
    room.page.goto("/drive/trash")
    ready(room.page)
    room.look_at("trash")
    room.page.locator("tr", has_text="Kept.txt").first.get_by_role("button", name="Restore").click()
    expect(room.page.locator(".toasts")).to_contain_text("back")
    assert room.get("Kept.txt") == b"some words"
    room.page.get_by_role("button", name="Empty the trash").click()
    room.look_at("trash-empty-question")
    room.page.get_by_role("button", name="Erase everything").click()
    expect(room.page.get_by_role("heading", name="The trash is empty")).to_be_visible()


def test_a_phone_has_one_pane_and_room_for_thumbs(house: House) -> None:
    room = Room(house, PHONE, has_touch=True)
    room.put("A rather long name of a programme for the evening.pdf")
    room.page.get_by_role("button", name="New", exact=True).wait_for()
    room.row("A rather long name of a programme for the evening.pdf").wait_for()
    small = room.page.evaluate("""() => Array.from(document.querySelectorAll(".drive button, .drive a, .drive input"))
        .filter((e) => e.checkVisibility() && e.type !== "hidden" && !e.closest("thead") && !e.matches(".file__name"))
        .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([, box]) => box.width < 44 || box.height < 44).map(([html]) => html)""")
    assert small == []
    fits(room.page, PHONE["width"])
    room.page.get_by_role("button", name="New", exact=True).tap()
    expect(room.page.locator("#drive-fab")).to_be_visible()
    room.look_at("phone-new")


def test_without_script_files_are_still_kept_and_found(house: House, tmp_path: object) -> None:
    room = Room(house)
    page = room.visitor(java_script_enabled=False)
    page.goto(f"/drive/folder/{room.id}/new")
    page.get_by_label("Name").fill("Plain")
    page.get_by_role("button", name="Make the folder").click()
    expect(page.get_by_role("link", name="Plain", exact=True)).to_be_visible()
    page.goto(f"/drive/folder/{room.id}/upload")
    page.get_by_label("Files").set_input_files({"name": "p.txt", "mimeType": "text/plain", "buffer": b"plain"})
    page.locator("main").get_by_role("button", name="Upload").click()
    expect(page.get_by_role("link", name="p.txt", exact=True)).to_be_visible()
    page.locator("tr", has_text="p.txt").get_by_role("checkbox").check()
    page.get_by_role("button", name="Trash").click()
    expect(page.get_by_role("link", name="p.txt", exact=True)).to_have_count(0)
    page.goto("/drive/trash")
    page.locator("tr", has_text="p.txt").first.get_by_role("button", name="Restore").click()
    page.wait_for_load_state("load")
    assert soon(lambda: room.dav.get(room.mount + "p.txt").content == b"plain")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_five_thousand_rows_show_at_once_and_scroll_to_the_end(house: House) -> None:
    """Slow because five thousand files are put first."""
    room = Room(house)
    house.served.change("many_pages", room.login, room.id, "5000")
    room.page.reload()
    expect(room.page.locator("tr[data-id]")).to_have_count(100)
    # The rows are there before a busy machine has painted them, so the entry is waited for.
    entry = "performance.getEntriesByName('first-contentful-paint')[0]"
    painted = until(room.page, f"{entry}?.startTime")
    assert painted < 10_000, painted  # milliseconds; 700 on a quiet machine
    room.look_at("many")
    scroll = "document.querySelector('[data-scroll]').scrollTo(0, 1e9)"
    limit = time.monotonic() + 300
    while room.page.locator("[data-more]").count() and time.monotonic() < limit:
        room.page.evaluate(scroll)
        room.page.wait_for_timeout(100)
    expect(room.page.locator("tr[data-id]")).to_have_count(5000)
    names = room.page.locator("a.file__name").all_text_contents()
    assert names == [f"Page {number}.txt" for number in range(5000)]
