# SPDX-License-Identifier: AGPL-3.0-or-later
import resource

import pytest

from mazot.suite.roles.mail import may_open


@pytest.mark.parametrize(("asked", "given"), [(2000, 2000), (500, 900)])
def test_the_doors_may_have_more_connections_open_than_a_process_usually_has(asked: int, given: int) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (900, before[1]))
        may_open(asked)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (given, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
