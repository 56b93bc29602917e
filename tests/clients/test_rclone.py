# SPDX-License-Identifier: AGPL-3.0-or-later
"""rclone carries two hundred awkward names there and finds them all again."""

import pytest

from tests.clients.programs import program, run

PATTERNS = ("plain {}.txt", "été {} à l'île.txt", "100% {} #1.txt", "emoji 🎻🎉 {}.md", "日本語 {} & <b>.txt", "a+b={};c,d@{}!.txt",
            "[x] (y) {{z}} {}~.txt", "ﬁn \u202fß {} Ωμέγα.txt")  # fmt: skip


@pytest.mark.client
@pytest.mark.slow
def test_rclone_copies_two_hundred_names_and_checks_them(served, tmp_path):
    """Slow: 200 uploads, each durable."""
    rclone = program("rclone")
    malik = served.people["malik"]
    source = tmp_path / "source"
    for number in range(200):
        folder = source / ("" if number % 3 else f"Dossier n° {number % 5} % # é 🎺")
        folder.mkdir(parents=True, exist_ok=True)
        name = PATTERNS[number % len(PATTERNS)].format(number, number)
        (folder / name).write_bytes(f"{name}\n".encode() * (number % 50))
    secret = run(rclone, "obscure", malik["secret"], folder=tmp_path).strip()
    remote = {
        "RCLONE_CONFIG_M_TYPE": "webdav",
        "RCLONE_CONFIG_M_URL": served.url_of("malik"),
        "RCLONE_CONFIG_M_VENDOR": "other",
        "RCLONE_CONFIG_M_USER": malik["login"],
        "RCLONE_CONFIG_M_PASS": secret,
    }

    run(rclone, "copy", str(source), "M:rclone test", folder=tmp_path, environment=remote)
    checked = run(rclone, "check", "--download", str(source), "M:rclone test", folder=tmp_path, environment=remote)

    assert "0 differences found" in checked
    assert "200 matching files" in checked
    run(rclone, "moveto", "M:rclone test", "M:rclone moved", folder=tmp_path, environment=remote)
    again = run(rclone, "check", str(source), "M:rclone moved", "--size-only", folder=tmp_path, environment=remote)
    assert "0 differences found" in again
    run(rclone, "purge", "M:rclone moved", folder=tmp_path, environment=remote)
