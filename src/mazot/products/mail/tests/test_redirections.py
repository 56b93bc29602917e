# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from django.core import mail
from django.test import Client

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.addresses import make_address
from mazot.products.mail.actions.redirections import (
    accept_redirection,
    ask_redirection,
    remove_redirection,
    renew_token,
)
from mazot.products.mail.jobs import write_redirection_letter
from mazot.products.mail.models import Address, Redirection
from mazot.products.mail.queries.routing import Later, Local, Onward, route
from mazot.products.mail.tests.furnishing import an_address
from mazot.tenancy.actor import Actor
from tests.cast import Cast

NOBODY = Actor(None, None, None)
THERE = "friend@elsewhere.example"


@pytest.fixture(autouse=True)
def letters(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def link_of(cast: Cast) -> str:
    """The link of the letter that was written last."""
    row = FactRow.objects.filter(kind="mail.RedirectionAsked").latest("id")
    write_redirection_letter(Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details))
    text = mail.outbox[-1].body
    return "/mail/redirection/" + text.split("/mail/redirection/")[1].split()[0]


def test_nothing_flows_before_the_other_side_accepts(cast: Cast, service) -> None:
    choir = make_address(cast.adam, service, local="choir", kind="redirect")
    ask_redirection(cast.adam, choir, goes_to="Friend@Elsewhere.example")
    assert route("choir@mimosa.example") == Later("not_accepted")
    link = link_of(cast)
    assert mail.outbox[-1].to == [THERE]
    client = Client()
    assert "choir@mimosa.example" in client.get(link).content.decode()
    assert Redirection.objects.get().accepted_at is None
    assert client.post(link).status_code == 200
    assert route("choir@mimosa.example") == Onward(choir.id, (THERE,))
    client.post(link)
    assert FactRow.objects.filter(kind="mail.RedirectionAccepted").count() == 1


def test_a_letter_that_was_replaced_or_ended_opens_nothing(cast: Cast, address: Address) -> None:
    asked = ask_redirection(cast.malik, address, goes_to=THERE)
    first, second = link_of(cast), link_of(cast)
    assert Client().post(first).status_code == 410
    remove_redirection(cast.malik, asked)
    assert Client().get(second).status_code == 410
    for wrong in ("x", "x" * 500, "%00", "ünï"):
        assert Client().get(f"/mail/redirection/{wrong}").status_code in (400, 404, 410)
    assert FactRow.objects.get(kind="mail.RedirectionRemoved").details["goes_to"] == THERE


def test_a_real_address_passes_on_and_keeps(cast: Cast, address: Address) -> None:
    asked = ask_redirection(cast.malik, address, goes_to=THERE)
    system = Actor.system(cast.mimosa.id, because="a test writes the letter")
    accept_redirection(NOBODY, asked, token=renew_token(system, asked))
    found = route("malik@mimosa.example")
    assert isinstance(found, Local)
    assert (found.onward, found.keeps) == ((THERE,), True)
    with pytest.raises(NotFound):
        renew_token(system, asked)


@pytest.mark.parametrize("typed", ["", "friend", "a@b", "a b@c.example", "a@b.example, c@d.example", "a@b.example\nx"])
def test_what_is_no_address_is_refused(cast: Cast, address: Address, typed: str) -> None:
    with pytest.raises(Invalid):
        ask_redirection(cast.malik, address, goes_to=typed)


def test_ten_targets_are_the_most_and_each_is_asked_once(cast: Cast, address: Address) -> None:
    for number in range(10):
        ask_redirection(cast.malik, address, goes_to=f"a{number}@elsewhere.example")
    with pytest.raises(Conflict, match="there"):
        ask_redirection(cast.malik, address, goes_to="A1@elsewhere.example")
    with pytest.raises(Refused, match="too_many"):
        ask_redirection(cast.malik, address, goes_to="a10@elsewhere.example")


def test_mail_does_not_turn_around_without_end(cast: Cast, address: Address, service) -> None:
    alias = make_address(cast.adam, service, local="alias", kind="alias", target=address)
    other = an_address(service, "other")
    for there in ("malik@mimosa.example", "alias@mimosa.example", "malik+x@mimosa.example"):
        with pytest.raises(Refused, match="loop"):
            ask_redirection(cast.adam, address, goes_to=there)
    onward = ask_redirection(cast.adam, address, goes_to="other@mimosa.example")
    back = ask_redirection(cast.adam, other, goes_to="alias@mimosa.example")
    system = Actor.system(cast.mimosa.id, because="a test writes the letter")
    tokens = [renew_token(system, onward), renew_token(system, back)]
    accept_redirection(NOBODY, onward, token=tokens[0])
    with pytest.raises(Refused, match="loop"):
        accept_redirection(NOBODY, back, token=tokens[1])
    with pytest.raises(Refused, match="is_alias"):
        ask_redirection(cast.adam, alias, goes_to=THERE)


def test_to_otto_and_to_who_only_looks_there_is_nothing_to_send_on(cast: Cast, address: Address) -> None:
    asked = ask_redirection(cast.malik, address, goes_to=THERE)
    for deed in (
        lambda actor: ask_redirection(actor, address, goes_to="x@elsewhere.example"),
        lambda actor: remove_redirection(actor, asked),
        lambda actor: renew_token(actor, asked),
    ):
        with pytest.raises(NotAllowed):
            deed(cast.gaia)
        with pytest.raises(NotFound):
            deed(cast.otto)
    with pytest.raises(NotFound):
        accept_redirection(cast.otto, asked, token="guess")
