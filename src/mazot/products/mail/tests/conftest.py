# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.products.mail.models import Address, Service
from mazot.products.mail.tests.furnishing import LOOK_ONLY, a_service, an_address, share
from tests.cast import Cast


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
