# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures in the settings: what they may be, and what is said of others."""

import pytest

from mazot.suite.configuration import Configuration


@pytest.mark.parametrize(("name", "told"), [("index_threads", 0), ("trusted_proxies", 0), ("relay_threads", 64)])
def test_a_number_of_threads_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, told: int) -> None:
    monkeypatch.setenv(f"MAZOT_{name.upper()}", str(told))
    assert getattr(Configuration.read(), name) == told


@pytest.mark.parametrize(
    ("name", "told"), [("relay_threads", "0"), ("page_threads", "-1"), ("index_threads", "65"), ("job_threads", "two")]
)
def test_what_is_no_number_of_threads_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, told: str) -> None:
    monkeypatch.setenv(f"MAZOT_{name.upper()}", told)
    with pytest.raises(SystemExit, match=f"{name} is a number"):
        Configuration.read()
