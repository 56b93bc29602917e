# SPDX-License-Identifier: AGPL-3.0-or-later
"""What tests against a whole server may ask for."""

from collections.abc import Iterator

import pytest

from tests.served import Served, serving


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One `mazot serve` for the whole run; each test works in a folder of its own."""
    with serving(tmp_path_factory.mktemp("served")) as server:
        yield server
