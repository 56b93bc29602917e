# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of spam: put aside, told in the log, sent on to nobody; and what people teach by where they put it."""

from datetime import timedelta

import pytest

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.products.mail.actions.copying import copy_messages, move_messages
from mazot.products.mail.actions.domains import set_service
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.actions.learning import forget_taught, learn_due, teach_letters
from mazot.products.mail.actions.posting import Parcel, To
from mazot.products.mail.actions.queueing import send_letter
from mazot.products.mail.actions.receiving import Incoming, receive_letter
from mazot.products.mail.actions.restoring import forget_gone
from mazot.products.mail.actions.stores import erase_store
from mazot.products.mail.actions.tracing import refuse_sending
from mazot.products.mail.models import (
    Address,
    Lesson,
    Mailbox,
    Message,
    Outgoing,
    Placement,
    Redirection,
    Service,
    Store,
    Taught,
    TaughtWord,
    Trace,
)
from mazot.products.mail.queries.authentication import Vouched
from mazot.products.mail.queries.inspection import Inspected
from mazot.products.mail.queries.routing import route
from mazot.products.mail.rules.flags import ANSWERED, DELETED, JUNK
from mazot.products.mail.rules.signs import Sign
from mazot.products.mail.tests.furnishing import an_address
from mazot.tenancy.actor import Actor
from mazot.wire.authentication.dmarc import Judgement as Dmarc
from mazot.wire.mime import read_message
from tests.cast import Cast

MALIK = "malik@mimosa.example"


def vouched(dmarc: str = "none", asks: str = "") -> Vouched:
    return Vouched("pass", "away.example", "otto@away.example", (), Dmarc(dmarc, asks), "away.example", "none")


def letter(number: int = 0, words: str = "at four", *, points: float = 0.0, author: str = "", **told) -> Incoming:
    content = f"From: otto@away.example\r\nSubject: Letter {number}\r\n\r\n{words}\r\n".encode()
    arrival = Arrival(blobs().put(content), read_message(content), clock.now())
    seen = Inspected(vouched(), (Sign("shouts", points),) if points else (), author)
    return Incoming(arrival, "otto@away.example", "192.0.2.1", seen=told.pop("seen", seen), **told)


def receive(incoming: Incoming) -> None:
    receive_letter(MALIK, route(MALIK), incoming)


def folder(address: Address, role: str) -> Mailbox:
    return Mailbox.objects.get(store__address=address, role=role)


def where() -> list[str]:
    return list(Placement.objects.order_by("message_id").values_list("mailbox__role", flat=True))


def test_spam_lies_in_its_folder_and_the_log_says_how_it_was_weighed(address: Address) -> None:
    receive(letter(1, points=4.9))
    receive(letter(2, points=5.0))
    assert where() == ["inbox", "junk"]
    first, second = Trace.objects.order_by("at", "id")
    assert (first.status, first.reason, first.said) == (
        "delivered",
        "",
        "spam=4.9/5.0 shouts:4.9",
    )
    assert (second.status, second.reason) == ("delivered", "spam")


def test_a_service_says_how_strict_it_is_or_lets_everything_through(address: Address, cast: Cast) -> None:
    set_service(cast.olive, address.service, spam_from=35)
    receive(letter(1, points=3.6))
    set_service(cast.olive, address.service, filters_spam=False)
    receive(letter(2, points=9.0))
    assert where() == ["junk", "inbox"]


def test_what_another_server_of_the_house_has_let_in_is_not_weighed(address: Address) -> None:
    receive(letter(seen=Inspected(None, (Sign("shouts", 9.0),))))
    assert where() == ["inbox"]


def test_a_letter_of_somebody_one_wrote_to_comes_through(address: Address, cast: Cast) -> None:
    content = b"Subject: Hello\r\n\r\nHello\r\n"
    parcel = Parcel(blobs().put(content), MALIK, "<1@x>", "Hello")
    send_letter(cast.malik, address, parcel=parcel, to=[To("Otto@Away.example")])
    receive(letter(1, points=6.0, author="otto@away.example"))
    receive(letter(2, points=6.0))  # nobody vouches that it is by them
    assert where() == ["inbox", "junk"]


def test_spam_is_sent_on_to_nobody(address: Address) -> None:
    told = {"goes_to": "nina@away.example", "asked_at": clock.now(), "accepted_at": clock.now()}
    Redirection.objects.create(address=address, token_digest="0", **told)
    receive(letter(1, points=6.0))
    assert where() == ["junk"]
    assert not Outgoing.objects.exists()
    other = an_address(address.service, "board")
    Store.objects.filter(address=other).delete()
    Address.objects.filter(id=other.id).update(kind=Address.Kind.REDIRECT)
    Redirection.objects.create(address=other, token_digest="1", **told)
    with pytest.raises(Refused, match="looks like spam"):
        receive_letter("board@mimosa.example", route("board@mimosa.example"), letter(2, points=6.0))
    assert Trace.objects.filter(status="rejected", reason="spam").exists()


def test_forged_letters_are_refused_where_a_service_wants_it_so(address: Address, cast: Cast) -> None:
    forged = {"seen": Inspected(vouched("fail", "reject")), "is_forged": True}
    receive(letter(1, **forged))
    assert where() == ["junk"]
    set_service(cast.olive, address.service, refuses_forged=True)
    with pytest.raises(Refused, match="not by them"):
        receive(letter(2, **forged))
    receive(letter(3, seen=Inspected(vouched("fail", "quarantine")), is_forged=True))
    assert where() == ["junk", "junk"]
    assert Trace.objects.filter(status="rejected", reason="forged").count() == 1


def test_people_teach_by_where_they_put_letters(address: Address, cast: Cast) -> None:
    for n in range(50):
        receive(letter(n, f"cheap pills number{n}" if n % 2 else f"rehearsal on stage number{n}"))
    inbox, junk, archive = (folder(address, role) for role in ("inbox", "junk", "archive"))
    uids = list(Placement.objects.filter(mailbox=inbox).order_by("uid").values_list("uid", flat=True))
    move_messages(cast.malik, inbox, uids=uids[1::2], to=junk)
    move_messages(cast.malik, inbox, uids=uids[0::2], to=archive)
    assert Lesson.objects.filter(is_due=True).count() == 50
    assert learn_due() == 50
    assert learn_due() == 0
    taught = Taught.objects.get()
    assert (taught.n_spam, taught.n_honest) == (25, 25)
    receive(letter(100, "pills so cheap", points=2.0))
    receive(letter(101, "the stage is free for a rehearsal", points=2.0))
    assert [trace.reason for trace in Trace.objects.order_by("at", "id")][-2:] == ["spam", ""]
    # None of the words themselves is in the database.
    assert not TaughtWord.objects.filter(digest=0).exists()


def test_a_second_thought_takes_the_first_back(address: Address, cast: Cast) -> None:
    receive(letter(1, "tea at four"))
    inbox, junk = folder(address, "inbox"), folder(address, "junk")
    move_messages(cast.malik, inbox, uids=[1], to=junk)
    learn_due()
    move_messages(cast.malik, junk, uids=[1], to=inbox)
    learn_due()
    taught = Taught.objects.get()
    assert (taught.n_spam, taught.n_honest) == (0, 1)
    assert set(TaughtWord.objects.values_list("n_spam", "n_honest")) == {(0, 1)}
    move_messages(cast.malik, inbox, uids=[2], to=junk)
    move_messages(cast.malik, junk, uids=[2], to=inbox)
    assert learn_due() == 0  # it is where it was


def test_words_of_programs_and_answers_teach_too(address: Address, cast: Cast) -> None:
    for n in range(3):
        receive(letter(n))
    inbox = folder(address, "inbox")
    store_flags(cast.malik, inbox, uids=[1], mode="add", flags=JUNK)
    store_flags(cast.malik, inbox, uids=[2], mode="add", flags=ANSWERED)
    store_flags(cast.malik, inbox, uids=[3], mode="add", keywords=["NonJunk"])
    store_flags(cast.malik, inbox, uids=[1], mode="remove", flags=JUNK)
    assert list(Lesson.objects.order_by("message_id").values_list("is_spam", flat=True)) == [True, False, False]


def test_what_goes_to_the_bin_or_is_moved_by_the_server_teaches_nothing(address: Address, cast: Cast) -> None:
    receive(letter(1))
    receive(letter(2))
    inbox, trash, junk = (folder(address, role) for role in ("inbox", "trash", "junk"))
    move_messages(cast.malik, inbox, uids=[1], to=trash)
    system = Actor.system(address.organization_id, because="a test")
    copy_messages(system, inbox, uids=[2], to=junk)
    assert not Lesson.objects.exists()
    copy_messages(cast.malik, inbox, uids=[2], to=junk)
    assert Lesson.objects.get().is_spam


def test_one_organization_learns_nothing_from_another(address: Address, cast: Cast, otto) -> None:
    store = Store.objects.get(address=address)
    with pytest.raises(NotFound):
        teach_letters(otto, store, words={})
    with pytest.raises(NotFound):
        refuse_sending(otto, address, to=["x@away.example"], virus="Eicar", reading=read_message(b""))
    with pytest.raises((NotFound, NotAllowed)):
        set_service(cast.malik, address.service, filters_spam=False)
    assert not Trace.objects.exists()


def test_words_that_came_once_are_forgotten(address: Address, cast: Cast) -> None:
    receive(letter(1))
    move_messages(cast.malik, folder(address, "inbox"), uids=[1], to=folder(address, "junk"))
    learn_due()
    assert forget_taught() == 0
    TaughtWord.objects.update(taught_on="2026-01-01")
    kept = TaughtWord.objects.first()
    assert kept is not None
    TaughtWord.objects.filter(id=kept.id).update(n_spam=2)
    assert forget_taught() > 0
    assert TaughtWord.objects.get() == kept


@pytest.mark.django_db(transaction=True)
def test_letters_that_taught_are_erased_like_others(address: Address, cast: Cast) -> None:
    for n in range(2):
        receive(letter(n))
    inbox, junk, store = folder(address, "inbox"), folder(address, "junk"), Store.objects.get(address=address)
    move_messages(cast.malik, inbox, uids=[1, 2], to=junk)
    learn_due()
    store_flags(cast.malik, junk, uids=[1], mode="add", flags=DELETED)
    expunge_messages(cast.malik, junk)
    Message.objects.exclude(gone_at=None).update(gone_at=clock.now() - timedelta(days=31))
    system = Actor.system(address.organization_id, because="a test")
    assert forget_gone(system, store) == 1
    assert Lesson.objects.count() == 1
    erase_store(system, store)
    assert not Lesson.objects.exists()
    assert Taught.objects.get().n_spam == 2  # what was learned stays


def test_a_letter_whose_content_is_lost_teaches_nothing(address: Address, cast: Cast) -> None:
    receive(letter(1))
    move_messages(cast.malik, folder(address, "inbox"), uids=[1], to=folder(address, "junk"))
    for digest in list(blobs().digests()):
        blobs().path_of(digest).unlink()
    learn_due()
    assert not Lesson.objects.filter(is_due=True).exists()
    assert Taught.objects.get().n_spam == 0


def test_a_strictness_that_there_is_not_is_refused(address: Address, cast: Cast) -> None:
    from mazot.foundation.errors import Invalid

    with pytest.raises(Invalid):
        set_service(cast.olive, address.service, spam_from=1)
    assert Service.objects.get(id=address.service_id).spam_from == 50
