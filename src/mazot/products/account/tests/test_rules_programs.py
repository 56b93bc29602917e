# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.products.account.rules.programs import program_of


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge · Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari · iPhone"),
        ("rclone/v1.60.1-DEV", "rclone/v1.60.1-DEV"),
        ("", "–"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_program_is_named_as_people_know_it(user_agent, said):
    assert program_of(user_agent) == said
