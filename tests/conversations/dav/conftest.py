# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from tests.conversations.dav.talk import Client
from tests.served import Served


@pytest.fixture
def malik(served: Served) -> Client:
    """Malik's program, in a folder of its own."""
    return Client(served).in_new_folder()
