# SPDX-License-Identifier: AGPL-3.0-or-later
import os

import pytest

from tests.clients.programs import program, run


@pytest.mark.client
def test_curl_brings_a_file_up_and_down_again(served, tmp_path):
    curl = program("curl")
    malik = served.people["malik"]
    content = os.urandom(3 * 1024 * 1024 + 17)
    (tmp_path / "up.bin").write_bytes(content)
    access = ("-sS", "--fail", "-u", f"{malik['login']}:{malik['secret']}")
    url = served.url_of("malik") + "curl%20%C3%A9.bin"

    run(curl, *access, "-T", "up.bin", url, folder=tmp_path)
    run(curl, *access, "-o", "down.bin", url, folder=tmp_path)
    run(curl, *access, "-r", "1000000-1999999", "-o", "part.bin", url, folder=tmp_path)
    run(curl, *access, "-T", "-", url + ".chunked", folder=tmp_path, text="through a pipe")
    piped = run(curl, *access, url + ".chunked", folder=tmp_path)

    assert (tmp_path / "down.bin").read_bytes() == content
    assert (tmp_path / "part.bin").read_bytes() == content[1_000_000:2_000_000]
    assert piped == "through a pipe"
