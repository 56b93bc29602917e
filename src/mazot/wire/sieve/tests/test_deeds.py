# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a script decides about a letter."""

import pytest

from mazot.wire.sieve import (
    AddHeader,
    DeleteHeader,
    Discard,
    FileInto,
    Keep,
    Notify,
    Redirect,
    Reject,
    RunError,
    Vacation,
    compile_script,
)
from mazot.wire.sieve.editing import edited
from mazot.wire.sieve.tests.running import LETTER, run

# Asked of Debian's Pigeonhole too, in tests/clients.
WHERE = [
    ("", [Keep()]),
    ("keep;", [Keep()]),
    ("stop; discard;", [Keep()]),
    ("discard;", [Discard()]),
    ("discard; keep;", [Discard(), Keep()]),
    ('redirect "a@b.example";', [Redirect("a@b.example")]),
    ('require "copy"; redirect :copy "a@b.example";', [Redirect("a@b.example"), Keep()]),
    ('require "fileinto"; fileinto "A"; fileinto "A"; fileinto "B";', [FileInto("A"), FileInto("B")]),
    ('require ["fileinto", "copy"]; fileinto :copy "A";', [FileInto("A"), Keep()]),
    ('require ["fileinto", "mailbox"]; fileinto :create "A/B";', [FileInto("A/B", create=True)]),
    (
        'require ["fileinto", "special-use"]; fileinto :specialuse "\\\\Junk" "Spam";',
        [FileInto("Spam", special_use="\\Junk")],
    ),
    ("if false { discard; } elsif true { keep; } else { discard; }", [Keep()]),
    ("if true { discard; } elsif true { keep; }", [Discard()]),
    ("if false { discard; } if false { discard; } else { stop; }", [Keep()]),
    ('require "reject"; reject "No.";', [Reject("No.")]),
    ('require "ereject"; ereject "No.";', [Reject("No.", at_door=True)]),
    ('require "imap4flags"; setflag ["\\\\seen", "$Work bad(flag"]; keep;', [Keep(("\\Seen", "$Work"))]),
    ('require "imap4flags"; addflag "a b"; removeflag "A"; addflag "c c";', [Keep(("b", "c"))]),
    ('require ["imap4flags","fileinto"]; setflag "x"; fileinto :flags "y" "A";', [FileInto("A", ("y",))]),
    (
        'require ["imap4flags","variables"]; addflag "v" "x y"; removeflag "v" "x"; keep :flags "${v}";',
        [Keep(("y",))],
    ),
]


@pytest.mark.parametrize(("script", "deeds"), WHERE)
def test_where_a_letter_goes(script, deeds):
    assert list(run(script).deeds) == deeds


@pytest.mark.parametrize(
    ("set_", "mailbox"),
    [
        ('set "a" "x"; set "b" "${a}y${A}";', "xyx"),
        ('set "b" "${none}[${ a}]";', "[${ a}]"),
        ('set :upperfirst :lower "b" "hELLO";', "Hello"),
        ('set :length "b" "été";', "3"),
        ('set :quotewildcard "b" "a*b";', "a\\*b"),
        ('if header :matches "subject" "[*] * on *" { set "b" "${1}|${2}|${3}|${9}"; }', "Choir|Rehearsal|*Friday*|"),
        ('if header :matches "subject" "*" { } if false { } if header "subject" "no" { } set "b" "${0}";', None),
        ('if string :matches "a-b" "?-?" { set "b" "${2}${1}"; }', "ba"),
        ('set "n" "x"; if string :matches "n.x" "*.${n}" { set "b" "${1}"; }', "n"),
    ],
)
def test_variables(set_, mailbox):
    deed = run(f'require ["variables", "fileinto"]; {set_} fileinto "${{b}}";').deeds[0]

    assert deed.mailbox == (mailbox or "[Choir] Rehearsal on *Friday*")


def test_strings_keep_their_dollars_without_variables():
    assert run('require "fileinto"; fileinto "${a}";').deeds == (FileInto("${a}"),)


def test_groups_of_a_regular_expression_are_variables():
    script = (
        r'require ["variables","fileinto","regex"]; if header :regex "subject" "\\[([a-z]+)\\]" { fileinto "${1}"; }'
    )

    assert run(script).deeds == (FileInto("Choir"),)


def test_letters_by_their_number():
    script = 'require ["encoded-character","fileinto"]; fileinto "${hex:41 42}${unicode:e9}${hex:zz}";'

    assert run(script).deeds == (FileInto("ABé${hex:zz}"),)
    assert run(script.replace("41 42", "4142")).deeds == (FileInto("${hex:4142}é${hex:zz}"),)


def test_a_text_of_many_lines():
    script = 'require "vacation"; vacation text: # so\n..dot\nlast\n.\n;'

    assert run(script).deeds[0].reason == ".dot\r\nlast\r\n"


def test_an_answer_and_its_period():
    script = (
        'require ["vacation","vacation-seconds"]; vacation :seconds 90 :subject "Away" :from "Malik <m@mimosa.example>"'
        ' :addresses ["m2@mimosa.example"] :handle "h" "I am away.";'
    )
    told = Vacation("I am away.", 90, "Away", "Malik <m@mimosa.example>", ("m2@mimosa.example",), handle="h")

    assert run(script).deeds == (told, Keep())
    assert run('require "vacation"; vacation :days 0 "x";').deeds[0].seconds == 24 * 3600


def test_a_notice():
    script = 'require "enotify"; notify :importance "1" :message "New" "mailto:m@mimosa.example?subject=x";'

    assert run(script).deeds == (Notify("mailto:m@mimosa.example?subject=x", importance="1", message="New"), Keep())


def test_a_letter_that_was_seen_before():
    script = 'require ["duplicate"]; if duplicate :handle "h" :seconds 60 { discard; }'

    first = run(script)
    assert first.deeds == (Keep(),)
    ((key, seconds),) = first.remembered
    assert seconds == 60
    assert "one@studio.example" in key
    again = run(script, seen_before=lambda asked, _seconds: asked == key)
    assert again.deeds == (Discard(),)
    assert again.remembered == ()


def test_scripts_that_include_each_other():
    library = {
        "sorts": compile_script(
            'require ["include","variables","fileinto"]; global "box"; set "box" "Sorted"; set "own" "x"; return; discard;'
        ),
    }
    script = (
        'require ["include","variables","fileinto"]; global "box"; include :once "sorts"; include :optional "none";'
        ' fileinto "${box}${own}${global.box}";'
    )

    assert run(script, include=lambda _where, name: library.get(name)).deeds == (FileInto("SortedSorted"),)


def test_a_head_that_is_edited():
    script = (
        'require ["editheader","fileinto"]; addheader "X-New" "one two"; addheader :last "X-End" "é";'
        ' deleteheader :matches "subject" "[*"; deleteheader "received"; deleteheader "x-score";'
        ' if not exists "subject" { fileinto "bare"; }'
    )
    outcome = run(script)

    assert outcome.deeds == (FileInto("bare"),)
    assert outcome.edits == (
        AddHeader("X-New", "one two"),
        AddHeader("X-End", "é", last=True),
        DeleteHeader("subject", (0,)),
        DeleteHeader("x-score", (0,)),
    )
    head, _blank, body = edited(LETTER, outcome.edits).partition(b"\r\n\r\n")
    assert head.startswith(b"X-New: one two\r\nReceived:")
    assert head.endswith("X-End: é".encode())
    assert b"Subject" not in head
    assert body == LETTER.partition(b"\r\n\r\n")[2]


def test_what_is_no_field_survives_an_edit():
    odd = b"Subject: a\r\nno field at all\r\nX-Score: 1\r\n\r\nbody"
    outcome = run('require "editheader"; deleteheader "x-score";', odd)

    assert edited(odd, outcome.edits) == b"Subject: a\r\nno field at all\r\n\r\nbody"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('require "reject"; keep; reject "No.";', "not kept"),
        ('require ["reject","vacation"]; reject "No."; vacation "x";', "not kept"),
        ('require "vacation"; vacation "x"; vacation "y";', "one vacation"),
        ("".join(f'redirect "a{n}@b.example";' for n in range(5)), "at most 4"),
        ('require ["variables"]; set "a" "no address"; redirect "${a}";', "no address"),
        ('require "include"; include "none";', "no personal script"),
        ('require ["ihave"]; if ihave "fileinto" { error "Because."; }', "Because."),
        ('require ["ihave"]; if not ihave "vnd" { strange "x"; }', "no command strange"),
        ('require ["fileinto","variables"]; fileinto "${none}";', "empty"),
    ],
)
def test_what_goes_wrong_on_a_letter_names_its_line(script, reason):
    with pytest.raises(RunError, match=reason) as raised:
        run(script)
    assert raised.value.line == 1
