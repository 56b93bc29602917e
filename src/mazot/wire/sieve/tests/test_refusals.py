# SPDX-License-Identifier: AGPL-3.0-or-later
"""Scripts that are refused, attacks on whoever runs them, and no other exception for any text."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.wire.sieve import EXTENSIONS, RunError, SieveError, compile_script
from mazot.wire.sieve.faults import MOST_DEPTH, MOST_SOURCE
from mazot.wire.sieve.grammar import COMMANDS, TESTS
from mazot.wire.sieve.tests.running import run
from tests.sizes import cases

# Asked of Debian's Pigeonhole too, in tests/clients.
REFUSED = [
    ("\nkeep", 2, "; or a block"),
    ("if true {\nkeep;\n", 1, "not closed"),
    ("}\n", 1, "too many"),
    ("dance;", 1, "no command dance"),
    ("if dance { }", 1, "no test dance"),
    ("keep; require [];", 1, "list holds"),
    ('keep;\nrequire "fileinto";', 2, "before all other"),
    ('require "vnd.none";', 1, "no extension"),
    ('fileinto "A";', 1, 'require "fileinto"'),
    ('require "fileinto"; fileinto ["A"];', 1, "a string"),
    ('require "fileinto"; fileinto;', 1, "takes a string"),
    ('require "fileinto"; fileinto :copy "A";', 1, 'require "copy"'),
    ('require "fileinto"; fileinto "";', 1, "has a name"),
    ('keep "x";', 1, "takes no strings"),
    ("keep { }", 1, "has no block"),
    ("if true;", 1, "has a block"),
    ("else { }", 1, "behind an if"),
    ("if true { } keep; elsif true { }", 1, "behind an if"),
    ("if not (true) { }", 1, "one test"),
    ("if allof true { }", 1, "tests in"),
    ("if true, false { }", 1, "block is missing"),
    ('if header :is :contains "a" "b" { }', 1, "another match"),
    ('if header "a" :is "b" { }', 1, "before the strings"),
    ('if header :fast "a" "b" { }', 1, "knows no :fast"),
    ('if header :comparator "i;none" "a" "b" { }', 1, "no comparator"),
    ('if header :comparator "i;ascii-numeric" "a" "b" { }', 1, "needs require"),
    (
        'require "comparator-i;ascii-numeric"; if header :contains :comparator "i;ascii-numeric" "a" "b" { }',
        1,
        "numbers",
    ),
    ('require "relational"; if header :count "more" "a" "1" { }', 1, "one of gt"),
    ('if header "a b" "c" { }', 1, "No header field"),
    ('if address "subject" "x" { }', 1, "no field of addresses"),
    ('require "envelope"; if envelope "cc" "x" { }', 1, 'has "from" and "to"'),
    ('redirect "nobody";', 1, "no address"),
    ('redirect "a@b.example, c@d.example";', 1, "no address"),
    ("if size 100 { }", 1, ":over or :under"),
    ("if size :over 99999999999999999999 { }", 1, "at most"),
    ("if size :over 9x { }", 1, "no meaning"),
    ('require "variables"; set "a b" "x";', 1, "not called"),
    ('require "imap4flags"; setflag "v" "x";', 1, 'require "variables"'),
    ('require "regex"; if header :regex "a" "(b" { }', 1, "no regular expression"),
    ('require "date"; if currentdate "age" "1" { }', 1, "no part of a date"),
    ('require "date"; if currentdate :zone "CET" "hour" "1" { }', 1, ":zone stands"),
    ('require "index"; if header :last "a" "b" { }', 1, "beside :index"),
    ('require "vacation"; vacation :days 9999 "x";', 1, "at most"),
    ('require "enotify"; notify "xmpp:a@b.example";', 1, "Only mailto"),
    ('require "encoded-character"; redirect "${unicode:110000}@b.example";', 1, "no letter"),
    ('keep; "', 1, "not closed"),
    ("keep; /* ", 1, "not closed"),
    ('require "vacation"; vacation text:\nabc', 1, "line that is a dot"),
    ("keep\0;", 1, "NUL"),
]


@pytest.mark.parametrize(("script", "line", "reason"), REFUSED)
def test_a_script_that_cannot_run_names_its_line(script, line, reason):
    with pytest.raises(SieveError, match=reason) as raised:
        compile_script(script)
    assert raised.value.line == line


def test_an_extension_that_is_switched_off_is_none():
    with pytest.raises(SieveError, match="no extension"):
        compile_script('require "reject";', extensions=set(EXTENSIONS) - {"reject"})


@pytest.mark.parametrize(
    "script",
    [
        "if true {" * (MOST_DEPTH + 2) + "}" * (MOST_DEPTH + 2),
        "if " + "not " * 5_000 + "true { }",
        "if " + "anyof (" * 5_000 + "true" + ")" * 5_000 + " { }",
        "keep;" * 30_000,
        "#" * (MOST_SOURCE + 1),
        'require "fileinto"; if header "a" [' + ",".join(['"x"'] * 2_000) + "] { }",
    ],
)
def test_too_much_is_refused_at_once(script):
    started = time.process_time()
    with pytest.raises(SieveError):
        compile_script(script)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "test",
    [
        'header :matches "subject" "' + "*a" * 200 + '*b"',
        'header :matches "subject" "' + "*?" * 200 + '"',
        'header :regex "subject" "(a+)+$"',
        'header :regex "subject" "(a|aa)*c"',
        'header :regex "subject" "(a{900}b?){1,}$"',
        'header :matches "subject" "*' + "?" * 200 + 'x*"',
    ],
)
def test_no_pattern_takes_more_than_linear_time(test):
    letter = b"Subject: " + b"a" * 60_000 + b"\r\n\r\n"
    started = time.process_time()
    with contextlib.suppress(SieveError, RunError):
        run(f'require "regex"; if {test} {{ discard; }}', letter)
    assert time.process_time() - started < 2


def test_a_script_that_compares_for_ever_is_stopped():
    keys = ", ".join(f'"k{number}"' for number in range(900))
    letter = b"Subject: " + b"a" * 60_000 + b"\r\n\r\nbody"
    with pytest.raises(RunError, match="worth"):
        run(f'if header :contains "subject" [{keys}] {{ discard; }}', letter)


@pytest.mark.parametrize("word", ["hex", "unicode"])
@pytest.mark.parametrize("digits", ["a" * 60, "a " * 5_000, "1" * 5_000, "a  " * 3_000 + "!"])
def test_letters_by_number_take_no_long_time(word, digits):
    started = time.process_time()
    for end in ('"', '}"'):
        with contextlib.suppress(SieveError):
            compile_script(f'require ["encoded-character","fileinto"]; fileinto "${{{word}:{digits}{end};')
    assert time.process_time() - started < 2


def test_a_pattern_of_variables_has_an_end_too():
    doubled = 'set "p" "' + "?" * 900 + '"; set "p" "${p}${p}";'
    with pytest.raises(RunError, match="at most 1000 letters"):
        run(f'require "variables"; {doubled} if header :matches "subject" "*${{p}}x*" {{ discard; }}')


def test_a_pattern_that_is_tried_everywhere_is_stopped():
    body = b"Subject: x\r\n\r\n" + b"a" * 1_000_000
    started = time.process_time()
    with pytest.raises(RunError, match="worth"):
        run('require "body"; if body :matches "*' + "?" * 800 + 'x*" { discard; }', body)
    assert time.process_time() - started < 2


def test_a_string_of_many_variables_is_cut_before_it_is_whole():
    filled = 'set "a" "x";' + 'set "a" "${a}${a}";' * 14
    many = "${a}" * 20_000
    started = time.process_time()
    (deed,) = run(f'require ["variables","fileinto"]; {filled} fileinto "{many}";').deeds
    assert len(deed.mailbox) == 16 << 10
    assert time.process_time() - started < 1


def test_a_script_that_includes_itself_is_stopped():
    script = compile_script('require "include"; include "self";')
    with pytest.raises(RunError, match="deep"):
        run('require "include"; include "self";', include=lambda *_told: script)


def test_a_variable_that_doubles_stays_small():
    doubling = 'set "a" "${a}${a}";' * 60
    (deed,) = run(f'require ["variables","fileinto"]; set "a" "xy"; {doubling} fileinto "${{a}}";').deeds
    assert len(deed.mailbox) <= 16 << 10


WORDS = [
    *COMMANDS,
    *TESTS,
    *(tag for shape in (*COMMANDS.values(), *TESTS.values()) for tag in shape.tags),
    *"(){}[],;",
    '"subject"',
    '"*"',
    '"${1}"',
    '"from"',
    '["a", "b"]',
    "1",
    "2K",
    "text:\nx\n.\n",
    '"\\\\seen"',
    '"a@b.example"',
]
REQUIRE = f"require [{', '.join(chr(34) + name + chr(34) for name in EXTENSIONS)}];\n"


@settings(max_examples=cases(300, 20_000))
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_words_in_any_order_end_in_an_outcome_or_a_refusal(words):
    _end_well(REQUIRE + " ".join(words))


@settings(max_examples=cases(200, 10_000))
@given(st.text(max_size=200))
def test_any_text_ends_in_an_outcome_or_a_refusal(text):
    _end_well(text)


def _end_well(script):
    with contextlib.suppress(SieveError, RunError):  # whatever else is raised is a fault of ours
        assert run(script).deeds


def test_a_reason_is_one_line_whatever_it_quotes() -> None:
    with pytest.raises(SieveError) as raised:
        compile_script('require "a\r\n250 b\a' + "c" * 9000 + '";')
    assert raised.value.reason.startswith('There is no extension "a 250 b ccc')
    assert len(str(raised.value)) < 400
    assert str(raised.value).isprintable()
