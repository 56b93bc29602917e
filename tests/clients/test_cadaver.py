# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from tests.clients.programs import program, run

SCRIPT = """
mkcol papers
cd papers
put letter.txt
lock letter.txt
discover letter.txt
put letter.txt
unlock letter.txt
set propertynames yes
propset letter.txt colour mauve
propget letter.txt colour
move letter.txt moved.txt
copy moved.txt copied.txt
get copied.txt back.txt
ls
cd ..
rmcol papers
quit
"""


@pytest.mark.client
def test_cadaver_locks_puts_moves_and_keeps_properties(served, tmp_path):
    cadaver = program("cadaver")
    malik = served.people["malik"]
    (tmp_path / "letter.txt").write_text("Dear all,\n", encoding="utf-8")
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine {served.host}\nlogin {malik['login']}\npassword {malik['secret']}\n", encoding="ascii")
    netrc.chmod(0o600)

    said = run(cadaver, served.url_of("malik"), folder=tmp_path, text=SCRIPT)

    for deed in (
        "Creating `papers'",
        "Uploading letter.txt",
        "Locking `letter.txt'",
        "Unlocking `letter.txt'",
        "Moving",
        "Copying",
    ):
        assert deed in said, said
    assert "mauve" in said, said
    assert "moved.txt" in said
    assert "failed" not in said, said
    assert (tmp_path / "back.txt").read_text(encoding="utf-8") == "Dear all,\n"
