# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mazot.products.mail.models import Address, Mailbox, Service, Store
from mazot.products.mail.tests.furnishing import LOOK_ONLY, a_service, an_address, share
from mazot.tenancy.actor import Actor
from tests.cast import Cast
from tests.relays import Relay, relaying
from tests.zone import Zone


@pytest.fixture
def service(cast: Cast) -> Service:
    """The mail of Mimosa, on mimosa.example."""
    return a_service(cast.mimosa)


@pytest.fixture
def address(cast: Cast, service: Service) -> Address:
    """malik@mimosa.example: Malik keeps it, Gaia may look at it, the managers of Mimosa do not read it."""
    made = an_address(service, "malik")
    share(made, cast.people.malik, is_keeper=True)
    share(made, cast.people.gaia, LOOK_ONLY)
    return made


@pytest.fixture
def store(address: Address) -> Store:
    return address.store


@pytest.fixture
def post(cast: Cast) -> Actor:
    return Actor.system(cast.mimosa.id, because="a letter came")


@pytest.fixture
def inbox(store: Store) -> Mailbox:
    return store.mailboxes.get(role="inbox")


@pytest.fixture
def relay(settings: object, zone: Zone) -> Iterator[Relay]:
    """The server of away.example, to which this one may bring letters though it is on loopback."""
    with relaying(Relay()) as one:
        settings.MAZOT = replace(
            settings.MAZOT, private_relays=True, relay_port=one.port, mail_name="mail.mimosa.example"
        )
        zone.set("away.example", "MX", "10 mail.away.example")
        zone.set("mail.away.example", "A", "127.0.0.1")
        yield one
