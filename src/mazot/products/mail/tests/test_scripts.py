# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from django.db import transaction

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.replies import ReplyText, change_reply, make_reply, remove_reply, switch_reply
from mazot.products.mail.actions.scripts import activate_script, check_script, put_script, remove_script, rename_script
from mazot.products.mail.models import Address, Reply, Script, Sharing
from mazot.products.mail.queries.scripts import replies_of, script_named, scripts_of
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.rules.scripts import SCRIPTS_OF_AN_ADDRESS
from tests.cast import Cast

KEEP = "keep;"
HELLO = ReplyText("Holidays", "I am away.")


def test_a_script_is_kept_runs_alone_and_goes(cast: Cast, address: Address) -> None:
    put_script(cast.malik, address, name="One", source=KEEP)
    put_script(cast.malik, address, name="Two", source="discard;")
    activate_script(cast.malik, address, name="One")
    activate_script(cast.malik, address, name="Two")
    assert [(one.name, one.is_active) for one in scripts_of(cast.malik, address)] == [("One", False), ("Two", True)]

    put_script(cast.malik, address, name="Two", source="keep; stop;")
    assert script_named(cast.malik, address, "Two").source == "keep; stop;"
    assert script_named(cast.malik, address, "Two").is_active

    rename_script(cast.malik, address, name="Two", to="Three")
    with pytest.raises(Refused, match="active"):
        remove_script(cast.malik, address, name="Three")
    activate_script(cast.malik, address, name="")
    remove_script(cast.malik, address, name="Three")
    assert [one.name for one in scripts_of(cast.malik, address)] == ["One"]
    assert FactRow.objects.filter(kind="mail.FiltersChanged").count() == 8


@pytest.mark.parametrize("deed", [put_script, check_script, activate_script, rename_script, remove_script])
def test_only_who_may_sort_sets_filters(cast: Cast, address: Address, deed) -> None:
    told = {
        put_script: {"name": "A", "source": KEEP},
        check_script: {"source": KEEP},
        activate_script: {"name": "A"},
        rename_script: {"name": "A", "to": "B"},
        remove_script: {"name": "A"},
    }[deed]
    Script.objects.create(address=address, name="A", source=KEEP, changed_at="2026-11-23T00:00Z")
    for actor in (cast.gaia, cast.olive, cast.adam):
        with pytest.raises(NotAllowed):
            deed(actor, address, **told)
    with pytest.raises(NotFound):
        deed(cast.otto, address, **told)
    Sharing.objects.filter(person=cast.people.gaia).update(rights=int(AddressRight.RULES))
    deed(cast.gaia, address, **told)


def test_a_script_that_cannot_run_is_not_kept(cast: Cast, address: Address) -> None:
    put_script(cast.malik, address, name="A", source=KEEP)
    with pytest.raises(Invalid) as raised:
        put_script(cast.malik, address, name="A", source="keep;\ndance;")
    assert raised.value.facts["line"] == 2
    assert "no command dance" in str(raised.value)
    assert script_named(cast.malik, address, "A").source == KEEP


@pytest.mark.parametrize(
    "source",
    [
        'redirect "nina@away.example";',
        'if true { if true { redirect "nina@away.example"; } }',
        'require "enotify"; notify "mailto:nina@away.example";',
    ],
)
def test_a_script_sends_nothing_to_people_who_were_never_asked(cast: Cast, address: Address, source: str) -> None:
    with pytest.raises(Invalid, match="outside"):
        put_script(cast.malik, address, name="A", source=source)
    put_script(cast.malik, address, name="A", source=source.replace("away.example", "mimosa.example"))


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 129, "a\u2028b"])
def test_a_script_has_a_name_that_can_be_seen(cast: Cast, address: Address, name: str) -> None:
    with pytest.raises(Invalid):
        put_script(cast.malik, address, name=name, source=KEEP)


def test_names_are_taken_once_and_there_is_an_end_to_scripts(cast: Cast, address: Address) -> None:
    for number in range(SCRIPTS_OF_AN_ADDRESS):
        put_script(cast.malik, address, name=f"{number}", source=KEEP)
    with pytest.raises(Refused, match="too_many"), transaction.atomic():
        put_script(cast.malik, address, name="more", source=KEEP)
    with pytest.raises(Conflict):
        rename_script(cast.malik, address, name="1", to="2")
    with pytest.raises(NotFound):
        rename_script(cast.malik, address, name="none", to="new")


def test_an_address_that_keeps_nothing_sorts_nothing(cast: Cast, address: Address) -> None:
    Address.objects.filter(id=address.id).update(kind=Address.Kind.REDIRECT)
    with pytest.raises(Refused, match="no_mailbox"):
        put_script(cast.malik, address, name="A", source=KEEP)


def test_of_many_replies_one_is_on(cast: Cast, address: Address) -> None:
    first = make_reply(cast.malik, address, told=HELLO)
    second = make_reply(cast.malik, address, told=ReplyText("Evenings", "Tomorrow.", weekdays=31))
    switch_reply(cast.malik, first, is_on=True)
    switch_reply(cast.malik, second, is_on=True)
    assert [(one.name, one.is_active) for one in replies_of(cast.malik, address)] == [
        ("Evenings", True),
        ("Holidays", False),
    ]
    change_reply(cast.malik, first, told=ReplyText("Holidays", "I am back soon.", exceptions=" a@b.example \n\n"))
    assert Reply.objects.get(id=first.id).exceptions == "a@b.example"
    remove_reply(cast.malik, second)
    switch_reply(cast.malik, first, is_on=False)
    assert [one.is_active for one in replies_of(cast.malik, address)] == [False]


def test_only_who_may_reply_sets_replies(cast: Cast, address: Address) -> None:
    reply = make_reply(cast.malik, address, told=HELLO)
    for actor, error in ((cast.gaia, NotAllowed), (cast.olive, NotAllowed), (cast.otto, NotFound)):
        for deed in (
            lambda who: make_reply(who, address, told=HELLO),
            lambda who: change_reply(who, reply, told=HELLO),
            lambda who: switch_reply(who, reply, is_on=True),
            lambda who: remove_reply(who, reply),
        ):
            with pytest.raises(error):
                deed(actor)
    with pytest.raises(NotFound):
        replies_of(cast.otto, address)
    with pytest.raises(NotFound):
        scripts_of(cast.olive, address)
    Sharing.objects.filter(person=cast.people.gaia).update(rights=int(AddressRight.REPLIES))
    switch_reply(cast.gaia, reply, is_on=True)


@pytest.mark.parametrize(
    "told",
    [
        ReplyText("", "Away."),
        ReplyText("A", "  "),
        ReplyText("A", "x" * 20_001),
        ReplyText("A", "Away.", weekdays=0),
        ReplyText("A", "Away.", exceptions="x" * 5_001),
    ],
)
def test_a_reply_says_something(cast: Cast, address: Address, told: ReplyText) -> None:
    with pytest.raises(Invalid):
        make_reply(cast.malik, address, told=told)
