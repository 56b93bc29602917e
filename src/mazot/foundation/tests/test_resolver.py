# SPDX-License-Identifier: AGPL-3.0-or-later
"""What names have, over a real question to a name server on loopback."""

import pytest

from mazot.foundation.resolver import NetworkResolver, Records, answering, resolver
from tests.zone import Zone, served


@pytest.fixture
def zone() -> Zone:
    made = Zone()
    made.set("mimosa.example", "MX", "20 backup.mimosa.example", "10 mail.mimosa.example")
    made.set("mimosa.example", "TXT", "v=spf1 -all", "x" * 600)
    made.set("mail.mimosa.example", "A", "192.0.2.7")
    made.set("closed.example", "MX", "0 .")
    made.broken.add("broken.example")
    return made


def test_names_and_their_records_are_read_from_a_name_server(zone: Zone) -> None:
    with served(zone) as server:
        asked = NetworkResolver(server)
        assert sorted(asked.look_up("Mimosa.Example.", "MX").values) == [
            "10 mail.mimosa.example",
            "20 backup.mimosa.example",
        ]
        assert set(asked.look_up("mimosa.example", "TXT").values) == {"v=spf1 -all", "x" * 600}
        assert asked.look_up("mail.mimosa.example", "A") == Records(("192.0.2.7",))
        assert asked.look_up("closed.example", "MX").values == ("0 .",)


def test_nothing_nobody_and_nobody_could_tell_are_three_answers(zone: Zone) -> None:
    with served(zone) as server:
        asked = NetworkResolver(server)
        assert asked.look_up("mail.mimosa.example", "AAAA") == Records()
        assert asked.look_up("nobody.example", "A") == Records(exists=False)
        assert asked.look_up("broken.example", "MX") == Records(failed=True)


@pytest.mark.parametrize("name", ["", "a..b", "x" * 300, "two words.example", "\x00.example", "ü" * 70])
def test_what_is_no_name_is_a_failure_and_no_exception(zone: Zone, name: str) -> None:
    with served(zone) as server:
        found = NetworkResolver(server).look_up(name, "A")
    assert not found.values


def test_a_test_answers_in_its_stead(zone: Zone) -> None:
    with answering(zone):
        assert resolver().look_up("mail.mimosa.example", "A").values == ("192.0.2.7",)
