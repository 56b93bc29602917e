# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.products.mail.rules.addressing import BadDomain, apart, detail_of, domain_from, fault_of_local, shown_domain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Mimosa.Example", "mimosa.example"),
        (" mimosa.example. ", "mimosa.example"),
        ("müsli.example", "xn--msli-0ra.example"),
        ("MÜSLI.example", "xn--msli-0ra.example"),
        ("xn--msli-0ra.example", "xn--msli-0ra.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("a.b.c.example", "a.b.c.example"),
    ],
)
def test_a_domain_is_kept_in_a_labels_and_small_letters(typed: str, kept: str) -> None:
    assert domain_from(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", ".", "mimosa", "192.0.2.1", "a..example", "-a.example", "a_b.example", "a b.example", "a@b.example"),
        *("x" * 64 + ".example", "a." * 127 + "example", "localhost", "mail.localhost", "abc.onion", "in-addr.arpa"),
        *("a\x00.example", "xn--zzzzzz-.example", "\u202emimosa.example"),
    ],
)
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(BadDomain):
        domain_from(typed)


def test_a_domain_is_shown_as_people_read_it() -> None:
    assert shown_domain("xn--msli-0ra.example") == "müsli.example"
    assert shown_domain("xn--\x00.example") == "xn--\x00.example"


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("Malik@Mimosa.example", ("malik", "mimosa.example")),
        ("<malik@mimosa.example>", ("malik", "mimosa.example")),
        ('"malik"@mimosa.example', ("malik", "mimosa.example")),
        ('"ma\\"lik"@mimosa.example', ('ma"lik', "mimosa.example")),
        ('"a@b"@mimosa.example', ("a@b", "mimosa.example")),
        ("E\u0301lodie@MÜSLI.example", ("élodie", "xn--msli-0ra.example")),
        ("malik", None),
        ("@mimosa.example", None),
        ("malik@", None),
        ("malik@[192.0.2.1]", None),
        ("x" * 5000 + "@mimosa.example", None),
    ],
)
def test_an_address_is_taken_apart_as_it_is_compared(address: str, parts: tuple[str, str] | None) -> None:
    assert apart(address) == parts


@pytest.mark.parametrize(
    ("local", "fault"),
    [
        ("malik", ""),
        ("m", ""),
        ("first.last", ""),
        ("box_office-2", ""),
        ("o'brien", ""),
        ("catchall", ""),
        ("", "empty"),
        ("x" * 65, "too_long"),
        ("malik+news", "plus"),
        (".malik", "letters"),
        ("malik.", "letters"),
        ("ma..lik", "letters"),
        ("ma lik", "letters"),
        ("élodie", "letters"),
        ('ma"lik', "letters"),
        ("malik@here", "letters"),
        ("malik\n", "letters"),
    ],
)
def test_a_name_that_others_can_write_to_is_taken(local: str, fault: str) -> None:
    assert fault_of_local(local) == fault


def test_a_detail_stands_behind_the_first_plus() -> None:
    assert detail_of("malik+news+x") == ("malik", "news+x")
    assert detail_of("malik+") == ("malik", "")
    assert detail_of("+news") is None
    assert detail_of("malik") is None
