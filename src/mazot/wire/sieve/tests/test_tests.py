# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each test of the language, asked of one letter."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mazot.wire.sieve.tests.running import LETTER, holds

MANY = LETTER.replace(b"X-Score:", b"X-Tag: a\r\nX-Tag: b\r\nX-Tag: c\r\nX-Score:")
PARTS = (
    b"Subject: parts\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"th=E9=E2tre\r\n"
    b"--x\r\nContent-Type: text/html\r\n\r\n<p>in the <b>bold</b> page</p>\r\n"
    b"--x\r\nContent-Type: application/json\r\nContent-Transfer-Encoding: base64\r\n\r\neyJrZXkiOiAxfQ==\r\n--x--\r\n"
)


# Asked of Debian's Pigeonhole too, in tests/clients.
BASE = [
    ("true", True),
    ("false", False),
    ("not false", True),
    ("allof (true, false)", False),
    ("anyof (false, true)", True),
    ("allof (true, anyof (false, not false))", True),
    ('exists "subject"', True),
    ('exists ["subject", "x-none"]', False),
    ("size :over 100", True),
    ("size :over 1K", False),
    ("size :under 1M", True),
    ('header "subject" "[choir] rehearsal on *friday*"', True),
    ('header :is :comparator "i;octet" "subject" "[choir] rehearsal on *friday*"', False),
    ('header :contains "SUBJECT" "REHEARSAL"', True),
    ('header :contains ["x-none", "subject"] ["nothing", "choir"]', True),
    ('header :contains "subject" ""', True),
    ('header :contains "x-none" ""', False),
    ('header :matches "subject" "[*] rehearsal ?n *"', True),
    ('header :matches "subject" "*\\\\*friday\\\\*"', True),
    ('header :matches "subject" "*\\\\*monday\\\\*"', False),
    ('header :matches "subject" "*y*?"', True),
    ('header :contains "from" "inès morandi"', True),
    ('address "from" "ines+press@studio.example"', True),
    ('address :domain "from" "STUDIO.EXAMPLE"', True),
    ('address :localpart "from" "ines+press"', True),
    ('address :is :all "to" "gaia@mimosa.example"', True),
    ('address :contains "from" "Morandi"', False),
]
EXTENDED = [
    ('envelope "from" "ines+press@studio.example"', "envelope", True),
    ('envelope :domain "to" "mimosa.example"', "envelope", True),
    ('envelope :localpart "to" "malik"', "envelope", False),
    ('address :user "from" "ines"', "subaddress", True),
    ('address :detail "from" "press"', "subaddress", True),
    ('address :detail "to" ""', "subaddress", False),
    (
        'header :value "ge" :comparator "i;ascii-numeric" "x-score" "12"',
        "relational comparator-i;ascii-numeric",
        True,
    ),
    (
        'header :value "gt" :comparator "i;ascii-numeric" "x-score" "9"',
        "relational comparator-i;ascii-numeric",
        True,
    ),
    ('header :is :comparator "i;ascii-numeric" "x-score" "012"', "comparator-i;ascii-numeric", True),
    ('header :is :comparator "i;ascii-numeric" "subject" "none"', "comparator-i;ascii-numeric", True),
    ('address :count "eq" :comparator "i;ascii-numeric" "to" "2"', "relational comparator-i;ascii-numeric", True),
    (
        'header :count "lt" :comparator "i;ascii-numeric" "x-none" "1"',
        "relational comparator-i;ascii-numeric",
        True,
    ),
    ('header :regex "subject" "^\\\\[[a-z]+\\\\] .*on"', "regex", True),
    ('header :regex :comparator "i;octet" "subject" "choir"', "regex", False),
    ('body :contains "hall is free"', "body", True),
    ('body :raw :contains "Malik,\r\nthe"', "body", True),
    ('date "date" "date" "2026-11-24"', "date", True),
    ('date :originalzone "date" "date" "2026-11-23"', "date", True),
    ('date :zone "+0900" "date" "hour" "13"', "date", True),
    ('date "received" "hour" "09"', "date", True),
    ('date "date" "weekday" "2"', "date", True),
    ('date "date" "julian" "61368"', "date", True),
    ('date :originalzone "date" "zone" "-0500"', "date", True),
    ('date :originalzone "date" "iso8601" "2026-11-23T23:30:15-05:00"', "date", True),
    ('date "subject" "year" "2026"', "date", False),
    ('currentdate "time" "09:05:07"', "date", True),
    ('currentdate :zone "+0100" "hour" "10"', "date", True),
    ('currentdate :value "ge" "date" "2026-11-23"', "date relational", True),
    ('environment "name" "Mazot"', "environment", True),
    ('environment "x-none" ""', "environment", False),
    ('ihave ["fileinto", "vacation"]', "ihave", True),
    ('ihave "vnd.none"', "ihave", False),
    ('valid_notify_method "mailto:a@b.example"', "enotify", True),
    ('valid_notify_method "xmpp:a@b.example"', "enotify", False),
    ('notify_method_capability "mailto:a@b.example" "online" "maybe"', "enotify", True),
    ('spamtest "0"', "spamtest", True),
    ('virustest "0"', "virustest", True),
]


@pytest.mark.parametrize(("test", "is_so"), BASE)
def test_the_base_of_the_language(test, is_so):
    assert holds(test) == is_so


@pytest.mark.parametrize(("test", "needs", "is_so"), EXTENDED)
def test_what_extensions_ask(test, needs, is_so):
    assert holds(test, *needs.split()) == is_so


@pytest.mark.parametrize(
    ("test", "is_so"),
    [
        ('header :index 2 "x-tag" "b"', True),
        ('header :index 1 :last "x-tag" "c"', True),
        ('header :index 3 :last "x-tag" "a"', True),
        ('header :index 4 "x-tag" "c"', False),
        ('header :index 4 :last "x-tag" "a"', False),
    ],
)
def test_one_field_of_many(test, is_so):
    assert holds(test, "index", letter=MANY) == is_so


@pytest.mark.parametrize(
    ("test", "is_so"),
    [
        ('body :text :contains "théâtre"', True),
        ('body :content "text/html" :contains "<b>bold"', True),
        ('body :content "text" :contains "key"', False),
        ('body :content "application/json" :contains "\\"key\\": 1"', True),
        ('body :content "" :contains "key"', True),
        ('body :raw :contains "=E9"', True),
    ],
)
def test_a_body_part_by_part(test, is_so):
    assert holds(test, "body", letter=PARTS) == is_so


def test_what_the_server_is_asked():
    there = {"Lists", "Lists/Choir"}
    known = {"mailbox_exists": there.__contains__, "special_use_exists": lambda use, _mailbox: use == "\\Junk"}

    assert holds('mailboxexists ["Lists", "Lists/Choir"]', "mailbox", **known)
    assert not holds('mailboxexists ["Lists", "None"]', "mailbox", **known)
    assert holds('specialuse_exists "\\\\Junk"', "special-use", **known)
    assert not holds('specialuse_exists ["\\\\Junk", "\\\\Sent"]', "special-use", **known)


@pytest.mark.parametrize(("spam", "level", "percent"), [(0.0, "1", "0"), (0.5, "6", "50"), (1.0, "10", "100")])
def test_what_a_scanner_found(spam, level, percent):
    assert holds(f'spamtest "{level}"', "spamtest", spam=spam)
    assert holds(f'spamtest :percent "{percent}"', "spamtestplus", spam=spam)


def test_a_virus():
    assert holds('virustest "5"', "virustest", virus=True)
    assert holds('virustest "1"', "virustest", virus=False)


def test_the_day_is_the_servers_where_no_zone_is_told():
    midnight = datetime(2026, 11, 23, 0, 30, tzinfo=timezone(timedelta(hours=1)))

    assert holds('currentdate "day" "23"', "date", now=midnight)
    assert holds('currentdate "day" "22"', "date", now=midnight.astimezone(UTC))


def test_a_report_has_an_empty_sender():
    assert holds('envelope "from" ""', "envelope", sender="")
    assert not holds('envelope :domain "from" ""', "envelope", sender="")
