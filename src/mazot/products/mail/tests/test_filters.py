# SPDX-License-Identifier: AGPL-3.0-or-later
"""What filters and automatic replies do with letters that come."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import OverQuota, Refused
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.actions.receiving import Incoming, receive_letter
from mazot.products.mail.actions.remembering import forget_remembered
from mazot.products.mail.actions.signing import make_signing_keys, new_secrets
from mazot.products.mail.models import (
    Address,
    Mailbox,
    Message,
    Outgoing,
    Placement,
    Redirection,
    Remembered,
    Reply,
    Script,
    Store,
    Trace,
)
from mazot.products.mail.queries.routing import Local, Onward, route
from mazot.products.mail.queries.signing import signed
from mazot.products.mail.rules.flags import FLAGGED, SEEN
from mazot.products.mail.tests.furnishing import an_address
from mazot.wire.mime import read_message
from tests.cast import Cast
from tests.zone import Zone

MALIK = "malik@mimosa.example"
OTTO = "otto@rival.example"


def filters(address: Address, source: str, **told: object) -> Script:
    return Script.objects.create(
        address=address, name="Sorted", source=source, is_active=True, changed_at=clock.now(), **told
    )


def replies(address: Address, **told: object) -> Reply:
    told = {"name": "Away", "text": "I am away.\nÀ bientôt."} | told
    return Reply.objects.create(address=address, is_active=True, changed_at=clock.now(), **told)


def a_letter(subject: str = "Rehearsal", *, head: str = "", to: str = MALIK, number: int = 1) -> bytes:
    return (
        f"From: Otto <{OTTO}>\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{number}@rival.example>\r\n{head}\r\n"
        "Come at eight.\r\n"
    ).encode()


def receive(content: bytes, *, recipient: str = MALIK, sender: str = OTTO, is_forged: bool = False) -> None:
    way = route(recipient)
    assert isinstance(way, Local | Onward)
    arrival = Arrival(blobs().put(content), read_message(content), clock.now())
    receive_letter(recipient, way, Incoming(arrival, sender, host="192.0.2.7", is_forged=is_forged))


def where() -> list[str]:
    return sorted(Placement.objects.values_list("mailbox__name", flat=True))


def log() -> list[tuple[str, str]]:
    return list(Trace.objects.order_by("id").values_list("status", "reason"))


def sent() -> list:
    rows = Outgoing.objects.order_by("created_at", "id")
    return [message_from_bytes(blobs().read(row.digest), policy=default) for row in rows]


def test_a_letter_goes_where_the_filter_says_with_its_flags(address: Address) -> None:
    filters(
        address,
        'require ["fileinto","mailbox","imap4flags","variables"];'
        'if header :matches "subject" "[*]*" { fileinto :create :flags ["\\\\Seen", "\\\\Flagged", "Choir"] "Lists/${1}"; }',
    )
    receive(a_letter("[Choir] Rehearsal"))
    placed = Placement.objects.get()
    assert (placed.mailbox.name, placed.flags, placed.keywords) == ("Lists/Choir", SEEN | FLAGGED, "Choir")
    receive(a_letter("Other"))
    assert where() == ["INBOX", "Lists/Choir"]
    assert log() == [("delivered", ""), ("delivered", "")]


def test_the_folder_of_a_part_is_found_whatever_its_name(address: Address) -> None:
    Mailbox.objects.filter(role="junk").update(name="Pourriels")
    filters(address, 'require ["fileinto","special-use"]; fileinto :specialuse "\\\\Junk" "Spam";')
    receive(a_letter())
    assert where() == ["Pourriels"]


def test_a_missing_folder_is_the_inbox(address: Address) -> None:
    filters(address, 'require "fileinto"; fileinto "Nowhere";')
    receive(a_letter())
    assert where() == ["INBOX"]


def test_what_is_discarded_is_gone_and_told(address: Address) -> None:
    filters(address, "discard;")
    receive(a_letter())
    assert not Message.objects.exists()
    assert log() == [("discarded", "rule")]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ('require ["variables","fileinto"]; fileinto "${none}";', "line 1"),
        ('require ["variables"];\nset "to" "nina@away.example"; redirect "${to}";', "outside"),
        ("this was a script once", "missing behind"),
    ],
)
def test_a_filter_that_goes_wrong_loses_nothing_and_says_where(address: Address, source: str, says: str) -> None:
    filters(address, source)
    receive(a_letter())
    assert where() == ["INBOX"]
    assert log() == [("delivered", "rule_failed")]
    said = Trace.objects.get().said
    assert said.startswith("Sorted, line ")
    assert says in said
    assert not Outgoing.objects.exists()


def test_a_letter_is_passed_on_marked_and_comes_round_once(address: Address) -> None:
    an_address(address.service, "gaia")
    filters(address, 'redirect "gaia@mimosa.example";')
    receive(a_letter())
    outgoing = Outgoing.objects.get()
    assert (outgoing.sender, outgoing.recipients.get().address) == (OTTO, "gaia@mimosa.example")
    content = blobs().read(outgoing.digest)
    assert content.startswith(b"Delivered-To: malik@mimosa.example\r\nFrom: Otto")
    assert log() == [("redirected", "rule")]
    assert not Message.objects.exists()
    receive(content)
    assert Outgoing.objects.count() == 1
    assert where() == ["INBOX"]  # it would go round for ever, and it is not lost


def test_a_forged_letter_that_a_filter_passes_on_is_not_signed(cast: Cast, address: Address, zone: Zone) -> None:
    for key in make_signing_keys(cast.adam, address.service, secrets=new_secrets()):
        zone.set(f"{key.selector}._domainkey.mimosa.example", "TXT", key.record)
    an_address(address.service, "gaia")
    filters(address, 'require ["copy","vacation"]; redirect :copy "gaia@mimosa.example"; vacation "Away.";')
    receive(a_letter().replace(b"otto@rival", b"olive@mimosa"))
    passed_on, answer = Outgoing.objects.order_by("-sender")
    assert where() == ["INBOX"]
    assert b"DKIM-Signature" not in signed(passed_on, blobs().read(passed_on.digest))
    assert b"DKIM-Signature" in signed(answer, blobs().read(answer.digest))  # what is ours is signed


def test_a_refused_letter_is_refused_at_the_door(address: Address) -> None:
    filters(address, 'require "reject"; reject "No more\nletters.";')
    with pytest.raises(Refused, match="No more letters"):
        receive(a_letter())
    assert not Message.objects.exists()
    assert log() == [("rejected", "rule")]


def test_the_head_a_filter_changed_is_kept_for_this_address_alone(address: Address) -> None:
    filters(address, 'require "editheader"; addheader "X-Sorted" "yes"; deleteheader "subject";')
    content = a_letter()
    receive(content)
    kept = Message.objects.get()
    assert kept.subject == ""
    assert blobs().read(kept.digest).startswith(b"X-Sorted: yes\r\nFrom: Otto")
    assert blobs().read(blobs().put(content).digest) == content


def test_a_letter_that_came_before_is_known_until_it_is_forgotten(address: Address) -> None:
    filters(address, 'require ["duplicate","fileinto"]; if duplicate :seconds 3600 { fileinto "Trash"; }')
    receive(a_letter())
    receive(a_letter())
    receive(a_letter(number=2))
    assert where() == ["INBOX", "INBOX", "Trash"]
    CLOCK.advance(timedelta(hours=2))
    receive(a_letter())
    assert where() == ["INBOX", "INBOX", "INBOX", "Trash"]
    CLOCK.advance(timedelta(hours=2))
    assert forget_remembered() == 2


def test_a_letter_that_was_not_kept_is_not_remembered(address: Address) -> None:
    filters(address, 'require "duplicate"; if duplicate { discard; }')
    Store.objects.filter(address=address).update(allowed=10)
    with pytest.raises(OverQuota):
        receive(a_letter())
    assert not Remembered.objects.exists()


def test_one_script_includes_another(address: Address) -> None:
    Script.objects.create(
        address=address, name="lists", source='require "fileinto"; fileinto "Archive";', changed_at=clock.now()
    )
    filters(address, 'require "include"; include "lists";')
    receive(a_letter())
    assert where() == ["Archive"]


def test_a_detail_of_the_address_sorts(address: Address) -> None:
    filters(
        address, 'require ["envelope","subaddress","fileinto"]; if envelope :detail "to" "news" { fileinto "Archive"; }'
    )
    receive(a_letter(), recipient="malik+news@mimosa.example")
    assert where() == ["Archive"]


def test_once_the_day_is_used_up_nothing_is_passed_on_or_answered_and_nothing_lost(address: Address) -> None:
    replies(address)
    filters(address, 'redirect "gaia@mimosa.example";')
    address.service.daily_recipients = 0
    address.service.save(update_fields=["daily_recipients"])
    receive(a_letter())
    assert where() == ["INBOX"]
    assert sent() == []
    assert log() == [("delivered", "rule_failed")]
    address.service.daily_recipients = 10
    address.service.save(update_fields=["daily_recipients"])
    receive(a_letter(number=2))
    assert len(sent()) == 2


def test_a_sender_is_answered_once_in_four_days(address: Address) -> None:
    replies(address)
    receive(a_letter("Réunion"))
    receive(a_letter(number=2))
    (answer,) = sent()
    assert answer["To"] == OTTO
    assert answer["From"] == MALIK
    assert answer["Subject"] == "Automatic reply: Réunion"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == "<1@rival.example>"
    assert answer.get_content().split() == ["I", "am", "away.", "À", "bientôt."]
    outgoing = Outgoing.objects.get()
    assert (outgoing.sender, outgoing.recipients.get().notify) == ("", "NEVER")
    CLOCK.advance(timedelta(days=4, minutes=1))
    receive(a_letter(number=3))
    assert len(sent()) == 2
    assert where() == ["INBOX"] * 3


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("List-Id: <choir.rival.example>\r\n", {}),
        ("Precedence: bulk\r\n", {}),
        ("Auto-Submitted: auto-generated\r\n", {}),
        ("X-Auto-Response-Suppress: OOF\r\n", {}),
        ("X-Spam-Flag: YES\r\n", {}),
        ("", {"sender": ""}),
        ("", {"sender": "noreply@rival.example"}),
        ("", {"sender": "choir-request@rival.example"}),
        ("", {"sender": "MAILER-DAEMON@rival.example"}),
        ("", {"sender": MALIK}),
    ],
)
def test_robots_lists_and_reports_are_not_answered(address: Address, head: str, told: dict[str, str]) -> None:
    replies(address)
    receive(a_letter(head=head), **told)
    assert not Outgoing.objects.exists()
    assert where() == ["INBOX"]


def test_a_letter_to_somebody_else_is_not_answered(address: Address) -> None:
    replies(address)
    receive(a_letter(to="undisclosed-recipients:;"))
    assert not Outgoing.objects.exists()


def test_a_reply_has_its_days_and_its_exceptions(address: Address) -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    replies(
        address, starts_at=monday, ends_at=monday + timedelta(days=5), weekdays=0b0000001, exceptions="*@friend.example"
    )
    for at, sender, answers in (
        (monday - timedelta(hours=1), OTTO, 0),
        (monday + timedelta(hours=1), "a@friend.example", 0),
        (monday + timedelta(hours=1), OTTO, 1),
        (monday + timedelta(days=1), "b@rival.example", 1),
        (monday + timedelta(days=7), "c@rival.example", 1),
    ):
        CLOCK.freeze(at)
        receive(a_letter(), sender=sender)
        assert Outgoing.objects.count() == answers


def test_a_vacation_of_a_script_answers_in_the_name_it_is_told(address: Address) -> None:
    filters(
        address,
        'require "vacation"; vacation :days 1 :subject "Gone" :from "Box Office <malik+box@mimosa.example>"'
        ' :addresses "box@elsewhere.example" "Away.";',
    )
    receive(a_letter(to="box@elsewhere.example"))
    (answer,) = sent()
    assert (answer["From"], answer["Subject"]) == ("Box Office <malik+box@mimosa.example>", "Gone")


def test_nobody_answers_in_anothers_name(address: Address) -> None:
    filters(address, 'require "vacation"; vacation :from "olive@mimosa.example" "Away.";')
    receive(a_letter())
    assert sent()[0]["From"] == MALIK


def test_an_answer_cannot_be_made_to_carry_other_fields(address: Address) -> None:
    replies(address)
    receive(a_letter("=?utf-8?q?a=0D=0ABcc:_x@y.example?="))
    assert sent()[0]["Bcc"] is None


def test_a_notice_goes_to_a_colleague(address: Address) -> None:
    filters(address, 'require "enotify"; notify :importance "1" :message "New letter" "mailto:gaia@mimosa.example";')
    receive(a_letter())
    (notice,) = sent()
    assert (notice["To"], notice["Subject"]) == ("gaia@mimosa.example", "New letter")
    assert notice["Auto-Submitted"].startswith("auto-notified")
    receive(a_letter(head="Auto-Submitted: auto-notified\r\n", number=2))
    assert len(sent()) == 1


def test_a_letter_in_anothers_name_lies_with_the_junk_and_is_not_answered(address: Address) -> None:
    replies(address)
    receive(a_letter(), is_forged=True)
    assert where() == ["Spam"]
    assert log() == [("delivered", "spam")]
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    ("source", "box"),
    [
        ('require "copy"; redirect :copy "gaia@mimosa.example";', "Spam"),
        ('redirect "gaia@mimosa.example";', "Spam"),
        ('require "vacation"; vacation "Away.";', "Spam"),
        ("keep;", "INBOX"),  # a filter that says so knows better
        ('require "fileinto"; fileinto "Archive";', "Archive"),
        ('require ["spamtest","fileinto"]; if spamtest "10" { fileinto "Trash"; }', "Trash"),
        ("this was a script once", "Spam"),
    ],
)
def test_what_filters_do_with_a_letter_in_anothers_name(address: Address, source: str, box: str) -> None:
    filters(address, source)
    receive(a_letter(), is_forged=True)
    assert where() == [box]
    assert not Outgoing.objects.exists()


def test_a_letter_in_anothers_name_is_not_passed_on(address: Address) -> None:
    Redirection.objects.create(
        address=address, goes_to="nina@away.example", token_digest="0", asked_at=clock.now(), accepted_at=clock.now()
    )
    receive(a_letter(), is_forged=True)
    assert where() == ["Spam"]
    Address.objects.filter(id=address.id).update(kind=Address.Kind.REDIRECT)
    with pytest.raises(Refused, match="DMARC"):
        receive(a_letter(), is_forged=True)
    assert log()[-1] == ("rejected", "spam")
    assert not Outgoing.objects.exists()
