# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

import check_files

HOST = "py" + "pi.org"
SPECIMENS = (
    ("README.md", f"Get it from https://{HOST}/simple"),
    ("src/a.py", 'FOLDER = "/' + 'work/data"'),
    ("src/a.py", 'KEY = """-----BEGIN RSA PRIVATE' + ' KEY-----"""'),
    ("src/a.py", 'password = "' + "aB3" * 10 + '"'),
    ("src/a.py", "<" * 7 + " HEAD\n"),
    ("requirements/base.txt", "--index-url somewhere"),
    ("package-lock.json", '"resolved": "somewhere"'),
)


@pytest.mark.parametrize(("path", "text"), SPECIMENS)
def test_what_no_file_may_hold_is_caught(path, text):
    assert list(check_files.faults(path, text))


def test_an_ordinary_file_passes():
    assert not list(check_files.faults("src/a.py", 'x = "/manager/people"  # one path\npassword = read()\n'))


def test_the_repository_holds_none_of_it(capsys):
    assert check_files.main() == 0, capsys.readouterr().out
