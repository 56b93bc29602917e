# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way in, from a real browser to a served Mazot."""

import re
from pathlib import Path

from tests.browser import House, expect, needs_browser, until
from tests.journeys.drives import Room, digest_of

pytestmark = needs_browser

LARGE = 40 * 1024 * 1024  # more than a browser keeps of a file for the time after a reload


def large(folder: Path) -> Path:
    path = folder / "In paradisum.flac"
    path.write_bytes(b"".join(number.to_bytes(8, "big") * 128 for number in range(LARGE // 1024)))
    return path


def test_files_go_up_and_show_without_a_reload(house: House, tmp_path: Path) -> None:
    room = Room(house)
    room.look_at("empty")
    (tmp_path / "Été.txt").write_bytes("à midi".encode())
    (tmp_path / "nothing.txt").write_bytes(b"")
    room.upload(tmp_path / "Été.txt", tmp_path / "nothing.txt")
    expect(room.page.get_by_role("heading", name="Everything is uploaded")).to_be_visible()
    room.shows(["Été.txt", "nothing.txt"])
    assert room.get("Été.txt").decode() == "à midi"
    assert room.get("nothing.txt") == b""
    room.look_at("uploaded")


def test_an_upload_goes_on_after_a_pause_and_after_a_reload(house: House, tmp_path: Path) -> None:
    room, path = Room(house), large(tmp_path)
    room.slow_down(1_000_000)
    room.upload(path)
    row = room.page.locator(".upload")
    expect(row.locator('[data-part="state"]')).to_have_text(re.compile(r"^\d+%$"), timeout=60_000)
    room.look_at("uploading")
    row.get_by_role("button", name="Pause").click()
    expect(row).to_contain_text("Paused")
    row.get_by_role("button", name="Resume", exact=True).click()
    # The first sixteen mebibytes are one request; they are safe on the server when the second begins.
    room.slow_down(3_000_000)
    done = "parseInt(document.querySelector('.upload [data-part=state]').textContent)"
    until(room.page, f"{done} >= 42", within=120)
    room.page.once("dialog", lambda dialog: dialog.accept())
    room.page.reload()
    room.slow_down(-1)
    expect(row).to_contain_text("Choose the file again")
    room.look_at("chosen-again")
    with room.page.expect_file_chooser() as chooser:
        row.get_by_role("button", name="Choose", exact=True).click()
    sent: list[int] = []
    room.page.on("request", lambda request: sent.append(int(request.headers.get("upload-offset", -1))))
    chooser.value.set_files(str(path))
    expect(row).to_have_attribute("data-state", "done", timeout=120_000)
    assert min(offset for offset in sent if offset >= 0) > 0, "it began anew"
    room.shows([path.name])
    assert digest_of(room.get(path.name)) == digest_of(path.read_bytes())


def test_a_folder_keeps_its_shape(house: House, tmp_path: Path) -> None:
    room, photos = Room(house), tmp_path / "Photos"
    (photos / "jour 2").mkdir(parents=True)
    (photos / "a.txt").write_text("a")
    (photos / "jour 2" / "b.txt").write_text("b")
    with room.page.expect_file_chooser() as chooser:
        room.page.locator(".sidebar .drive__new").click()
        room.page.locator('#drive-new [data-upload="folder"]').click()
    chooser.value.set_files(str(photos))
    expect(room.page.get_by_role("heading", name="Everything is uploaded")).to_be_visible()
    room.shows(["Photos"])
    assert room.get("Photos/jour 2/b.txt") == b"b"


def test_files_can_be_dropped_on_the_page(house: House) -> None:
    room = Room(house)
    drop = """(kind) => {
        const data = new DataTransfer()
        data.items.add(new File(["dropped"], "Dropped.txt", { type: "text/plain" }))
        const target = document.querySelector("[data-scroll]")
        target.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }))
    }"""
    room.page.evaluate(drop, "dragenter")
    expect(room.page.get_by_text(f"Drop to upload to {room.name}")).to_be_visible()
    room.page.evaluate(drop, "drop")
    room.shows(["Dropped.txt"])
    expect(room.page.get_by_text(f"Drop to upload to {room.name}")).to_be_hidden()
    assert room.get("Dropped.txt") == b"dropped"


def test_a_name_that_is_taken_is_asked_about(house: House, tmp_path: Path) -> None:
    room, path = Room(house), tmp_path / "Notes.txt"
    room.put("Notes.txt", b"first")
    path.write_bytes(b"second")
    room.upload(path)
    question = room.page.get_by_role("dialog", name="This name is taken")
    expect(question).to_be_visible()
    room.look_at("taken")
    question.get_by_role("button", name="Keep both").click()
    room.shows(["Notes (2).txt", "Notes.txt"])
    assert room.get("Notes.txt") == b"first"
    room.upload(path)
    question.get_by_role("button", name="Leave it out").click()
    expect(question).to_be_hidden()
    room.upload(path)
    question.get_by_role("button", name="Replace").click()
    expect(room.page.locator('.upload[data-state="done"]')).to_have_count(2)
    room.shows(["Notes (2).txt", "Notes.txt"])
    assert room.get("Notes.txt") == b"second"


def test_a_full_drive_says_so_and_keeps_nothing(house: House, tmp_path: Path) -> None:
    room, path = Room(house), tmp_path / "Much.bin"
    path.write_bytes(bytes(50_000))
    house.served.change("room", room.login, "1000")
    try:
        room.upload(path)
        row = room.page.locator('.upload[data-state="failed"]')
        expect(row).to_contain_text("There is not enough room left for this file.")
        room.look_at("full")
    finally:
        house.served.change("room", room.login, "none")
    row.get_by_role("button", name="Try again").click()
    room.shows(["Much.bin"])


def test_a_lost_line_is_said_and_the_upload_goes_on_by_itself(house: House, tmp_path: Path) -> None:
    room, path = Room(house), large(tmp_path)
    wire = room.slow_down(2_000_000)
    room.upload(path)
    row = room.page.locator(".upload")
    expect(row).to_have_attribute("data-state", "sending")
    room.page.wait_for_timeout(800)
    none = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    wire.send("Network.emulateNetworkConditions", none)
    expect(row).to_contain_text("Connection lost", timeout=60_000)
    room.look_at("lost")
    wire.send("Network.emulateNetworkConditions", {**none, "offline": False})
    expect(row).to_have_attribute("data-state", "done", timeout=120_000)
    assert digest_of(room.get(path.name)) == digest_of(path.read_bytes())
