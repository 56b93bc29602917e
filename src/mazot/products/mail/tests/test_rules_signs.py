# SPDX-License-Identifier: AGPL-3.0-or-later
"""What speaks against a letter, sign by sign; an honest one bears none that counts."""

import time
from datetime import UTC, datetime

import pytest

from mazot.products.mail.rules.signs import USUAL, WEIGHTS, Seen, author_of, signs_of, sum_of
from mazot.products.mail.web.views.log import SIGNS
from mazot.wire.mime.headers import values

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HEAD = (
    b"From: Nina <nina@away.example>\r\nTo: malik@mimosa.example\r\nSubject: Tea on Monday\r\n"
    b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@away.example>\r\n"
)


def names(head: bytes = HEAD, **told: object) -> set[str]:
    seen = {"helo": "mail.away.example", "spf": "pass", "dmarc": "pass", "text": "At four."} | told
    return {sign.name for sign in signs_of(Seen(values(head), NOW, **seen))}


def test_an_honest_letter_is_vouched_for_and_that_is_all() -> None:
    assert names() == {"vouched"}


@pytest.mark.parametrize(
    ("old", "new", "sign"),
    [
        (b"Date:", b"X-Date:", "no_date"),
        (b"23 Nov 2026", b"27 Nov 2026", "future"),
        (b"From:", b"X-From:", "no_author"),
        (b"From: Nina <nina@away.example>", b"From: nina@away.example, otto@rival.example", "authors"),
        (b"Message-ID:", b"X-ID:", "no_name"),
        (b"To:", b"X-To:", "no_recipient"),
        (b"Tea on Monday", b"YOU HAVE WON A MILLION", "shouts"),
        (b"From: Nina", b'From: "service@bank.example"', "poses"),
        (b"Subject:", b"Reply-To: cash@else.example\r\nSubject:", "reply_elsewhere"),
        (b"From: Nina", "From: Pаypal".encode(), "mixed_letters"),
    ],
)
def test_each_oddity_of_a_head_is_a_sign(old: bytes, new: bytes, sign: str) -> None:
    assert sign in names(HEAD.replace(old, new))


@pytest.mark.parametrize(
    ("told", "sign"),
    [
        ({"helo": "localhost"}, "bare_hello"),
        ({"dmarc": "none", "spf": "fail"}, "spf_fail"),
        ({"dmarc": "none", "spf": "softfail"}, "spf_softfail"),
        ({"dmarc": "none", "dkim": "fail"}, "dkim_fail"),
        ({"dmarc": "fail"}, "dmarc_fail"),
        ({"dmarc": "none", "spf": "none"}, "nobody_vouches"),
        ({"page": '<a class=x href="https://evil.example/in">https://bank.example/in</a>'}, "link_poses"),
        ({"page": "<img src=x>", "text": ""}, "little_text"),
        ({"files": ["invoice.exe"]}, "program"),
        ({"files": ["invoice.pdf.scr"]}, "two_endings"),
    ],
)
def test_each_oddity_of_what_came_with_it_is_a_sign(told: dict[str, object], sign: str) -> None:
    assert sign in names(**told)


def test_a_link_to_the_same_house_poses_as_nothing() -> None:
    page = '<a href="https://click.bank.example/1">www.bank.example</a> <a href="https://x.example">read on</a>'
    assert "link_poses" not in names(page=page)


def test_no_single_oddity_is_spam_and_several_are() -> None:
    assert all(weight < USUAL / 10 for weight in WEIGHTS.values())
    head = HEAD.replace(b"From: Nina", b'From: "service@bank.example"').replace(b"Date:", b"X:")
    found = signs_of(Seen(values(head), NOW, spf="fail", dmarc="none"))
    assert sum_of(found) >= USUAL / 10


def test_every_sign_has_a_sentence() -> None:
    assert set(WEIGHTS) | {"listed", "learned", "known", "rspamd", "spamd"} == set(SIGNS)


def test_an_author_is_one_address() -> None:
    assert author_of(values(HEAD)) == "nina@away.example"
    assert author_of(values(b"From: a@b.example, c@d.example\r\n")) == ""
    assert author_of({}) == ""


def test_a_page_made_to_take_long_does_not() -> None:
    began = time.process_time()
    for page in ("<a " * 80_000, "<a href=http://abcd" * 12_000, "<a href=" + "x" * 250_000, "<a " + "href" * 60_000):
        names(page=page)
    assert time.process_time() - began < 2
