# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import Conflict, NotFound, Refused
from mazot.suite.domains import declare
from mazot.tenancy.actions.products import open_product
from tests.cast import Cast


def test_the_operator_declares_the_one_service_of_a_domain(cast: Cast) -> None:
    with pytest.raises(NotFound):
        declare("mimosa.example")
    open_product(cast.olive, cast.mimosa, product="mail", name="mimosa.example")
    assert declare("Mimosa.example").proof == "operator"
    with pytest.raises(NotFound):
        declare("no domain")


def test_where_several_opened_it_one_is_named(cast: Cast) -> None:
    open_product(cast.olive, cast.mimosa, product="mail", name="mimosa.example")
    open_product(cast.otto, cast.rival, product="mail", name="mimosa.example")
    with pytest.raises(Refused, match="several"):
        declare("mimosa.example")
    assert declare("mimosa.example", organization="Mimosa").organization == cast.mimosa
    with pytest.raises(NotFound):
        declare("mimosa.example", organization="Nobody")
    with pytest.raises(Conflict, match="proved_elsewhere"):
        declare("mimosa.example", organization="Rival")
