# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which way the letters of the house go."""

import pytest
from django.conf import settings as django_settings

from mazot.suite.configuration import Configuration


@pytest.mark.parametrize(
    ("told", "queues"),
    [
        ({}, False),
        ({"public_url": "https://mimosa.example"}, True),
        ({"public_url": "https://mimosa.example", "letters": "file"}, False),
        ({"public_url": "https://mimosa.example", "letters": "console"}, False),
        ({"letters": "queue"}, True),
    ],
)
def test_a_server_that_others_reach_writes_to_them(told: dict[str, str], queues: bool) -> None:
    assert Configuration(data=django_settings.MAZOT.data, **told).queues_letters is queues


def test_another_way_for_letters_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAZOT_LETTERS", "pigeon")
    with pytest.raises(SystemExit, match="letters is queue, file or console"):
        Configuration.read()
