# SPDX-License-Identifier: AGPL-3.0-or-later
"""litmus, the conformance suite of WebDAV: all of it, and not one warning."""

import re

import pytest

from tests.clients.programs import program, run

SUITES = {"basic": 16, "copymove": 13, "props": 30, "locks": 41, "http": 4}
SUMMARY = re.compile(r"summary for `(\w+)': of (\d+) tests run: (\d+) passed, (\d+) failed")


@pytest.mark.client
@pytest.mark.slow
def test_litmus_passes_whole_and_warns_of_nothing(served, tmp_path):
    """Slow: 104 conversations one after the other."""
    malik = served.people["malik"]

    said = run(
        program("litmus"), "-k", served.url_of("malik"), malik["login"], malik["secret"], folder=tmp_path,
        environment={"TESTS": " ".join(SUITES)},
    )  # fmt: skip

    assert {suite: (int(run), int(passed)) for suite, run, passed, _ in SUMMARY.findall(said)} == {
        suite: (count, count) for suite, count in SUITES.items()
    }, said
    assert "WARNING" not in said, said
    assert "warning" not in said.replace("warnings were issued", ""), said
