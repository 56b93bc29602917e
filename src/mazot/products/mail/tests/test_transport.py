# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters to domains that ask for servers which prove who they are (MTA-STS), with an authority on loopback."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mazot.foundation.clock import Clock
from mazot.foundation.outward import fetch
from mazot.products.mail.actions.transport import forget_policies, policy_of
from mazot.products.mail.jobs import bring_letters
from mazot.products.mail.models import Address, Trace, TransportPolicy
from mazot.products.mail.queries import transport
from mazot.products.mail.queries.queue import next_due
from mazot.products.mail.rules.transport import PATH
from mazot.products.mail.tests.test_queue import NINA, send, states
from tests.authority import Authority, Site, answering
from tests.cast import Cast
from tests.relays import Relay
from tests.zone import Zone

ENFORCED = "version: STSv1\nmode: enforce\nmx: mail.away.example\nmax_age: 86400\n"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def site(authority: Authority, relay: Relay, zone: Zone, settings: object) -> Iterator[Site]:
    """The site of away.example, whose policy its zone announces; its mail server is `relay`."""
    transport._failed.clear()
    with answering(Site(), authority.context_for("mta-sts.away.example")) as found:
        settings.MAZOT = replace(settings.MAZOT, policy_port=found.port, authorities=str(authority.file))
        zone.set("_mta-sts.away.example", "TXT", "v=STSv1; id=1")
        zone.set("mta-sts.away.example", "A", "127.0.0.1")
        found.pages[PATH] = (200, "text/plain; charset=utf-8", ENFORCED)
        yield found


def test_a_server_that_proves_who_it_is_gets_the_letter(
    cast: Cast, address: Address, relay: Relay, site: Site, authority: Authority
) -> None:
    relay.tls = authority.context_for("mail.away.example")
    outgoing = send(cast, address, NINA)
    bring_letters()
    assert states(outgoing) == {NINA: ("sent", "250")}
    assert "STARTTLS" in relay.commands
    assert len(relay.letters) == 1
    send(cast, address, NINA)
    bring_letters()
    assert site.asked == [PATH]  # it holds for a day


@pytest.mark.parametrize("server", ["in the clear", "another name", "nobody vouches"])
def test_a_letter_waits_while_the_server_does_not(
    cast: Cast, address: Address, relay: Relay, site: Site, authority: Authority, tmp_path: Path, server: str
) -> None:
    if server == "another name":
        relay.tls = authority.context_for("mail.rival.example")
    elif server == "nobody vouches":
        (tmp_path / "other").mkdir()
        relay.tls = Authority(tmp_path / "other").context_for("mail.away.example")
    outgoing = send(cast, address, NINA)
    bring_letters()
    assert states(outgoing) == {NINA: ("waiting", "")}
    assert relay.letters == []
    assert not [line for line in relay.commands if line.startswith("MAIL")]
    trace = Trace.objects.get(address=address)
    assert (trace.status, trace.reason) == ("deferred", "unsafe")


def test_a_host_the_policy_does_not_name_is_not_even_called(
    cast: Cast, address: Address, relay: Relay, site: Site, zone: Zone
) -> None:
    zone.set("away.example", "MX", "10 mail.rival.example")
    zone.set("mail.rival.example", "A", "127.0.0.1")
    send(cast, address, NINA)
    bring_letters()
    assert relay.commands == []
    assert Trace.objects.get(address=address).reason == "unsafe"


@pytest.mark.parametrize("mode", ["testing", "none"])
def test_a_policy_that_is_not_enforced_keeps_nothing_back(
    cast: Cast, address: Address, relay: Relay, site: Site, mode: str
) -> None:
    site.pages[PATH] = (200, "text/plain", ENFORCED.replace("enforce", mode))
    outgoing = send(cast, address, NINA)
    bring_letters()
    assert states(outgoing) == {NINA: ("sent", "250")}


def test_who_hides_the_announcement_or_the_site_undoes_nothing(
    address: Address, site: Site, zone: Zone, clock: Clock
) -> None:
    assert policy_of("away.example").mode == "enforce"  # type: ignore[union-attr]
    zone.broken.add("_mta-sts.away.example")
    assert policy_of("away.example").mode == "enforce"  # type: ignore[union-attr]
    zone.broken.clear()
    zone.set("_mta-sts.away.example", "TXT", "v=STSv1; id=2")
    site.pages[PATH] = (500, "text/plain", ENFORCED)
    assert policy_of("away.example").mode == "enforce"  # type: ignore[union-attr]
    n_asked = len(site.asked)
    policy_of("away.example")
    assert len(site.asked) == n_asked  # a site that failed has its rest
    clock.advance(timedelta(days=2))
    assert policy_of("away.example") is None
    assert forget_policies() == 1
    assert not TransportPolicy.objects.exists()


def test_a_new_announcement_brings_the_new_policy(address: Address, site: Site, zone: Zone) -> None:
    policy_of("away.example")
    site.pages[PATH] = (200, "text/plain", ENFORCED.replace("enforce", "none"))
    assert policy_of("away.example").mode == "enforce"  # type: ignore[union-attr]
    zone.set("_mta-sts.away.example", "TXT", "v=STSv1; id=2")
    assert policy_of("away.example").mode == "none"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "page",
    [
        (302, "text/plain", "https://mta-sts.away.example/elsewhere"),
        (200, "text/html", ENFORCED),
        (200, "text/plain", ENFORCED + "x: " + "y" * 70_000),
        (200, "text/plain", "nothing of the kind"),
    ],
)
def test_what_is_no_policy_changes_nothing(address: Address, site: Site, page: tuple[int, str, str]) -> None:
    site.pages[PATH] = page
    assert policy_of("away.example") is None
    assert not TransportPolicy.objects.exists()


def test_the_site_proves_who_it_is_and_lies_outside(
    address: Address, site: Site, zone: Zone, authority: Authority
) -> None:
    url = f"https://mta-sts.away.example:{site.port}{PATH}"
    assert fetch(url, resolver=zone, allow_private=True, authorities=str(authority.file)).status == 200
    assert "certificate" in fetch(url, resolver=zone, allow_private=True).reason
    assert "private" in fetch(url, resolver=zone, allow_private=False, authorities=str(authority.file)).reason
    zone.set("mta-sts.rival.example", "A", "127.0.0.1")
    other = url.replace("away", "rival")
    assert "certificate" in fetch(other, resolver=zone, allow_private=True, authorities=str(authority.file)).reason


def test_nothing_is_asked_where_a_smart_host_takes_all(
    cast: Cast, address: Address, relay: Relay, site: Site, settings: object
) -> None:
    settings.MAZOT = replace(settings.MAZOT, smarthost=f"127.0.0.1:{relay.port}")
    outgoing = send(cast, address, NINA)
    bring_letters()
    assert states(outgoing) == {NINA: ("sent", "250")}
    assert site.asked == []
    assert next_due() is None
