# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signatures of ours, verified by somebody else's program, and that no letter makes signing slow."""

import base64
import re
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from dkim.canonicalization import Relaxed
from hypothesis import given
from hypothesis import strategies as some

from mazot.wire.authentication.ed25519 import lend
from mazot.wire.authentication.signing import MOST_SIGNED, Signer, relaxed_body, relaxed_field, signatures

AT = 1_700_000_000
LETTER = (
    b"Received: from a.example\r\n\tby b.example; Mon, 1 Jan 2026 00:00:00 +0000\r\n"
    b"From:  Olive\r\n <olive@mimosa.example>\r\nTo: a@away.example,\r\n\tb@away.example\r\nSubject: Tea \t at  four\r\n"
    b"Date: Mon, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@mimosa.example>\r\nList-Unsubscribe: <https://a.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"At  four.\t \r\n\r\n  Or later. \r\n\r\n\r\n"
)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def verified(key: rsa.RSAPrivateKey, letter: bytes) -> bool:
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    asked = []

    def answer(name: bytes, timeout: float = 5) -> bytes:
        asked.append((name, timeout))
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    found = dkim.verify(letter, dnsfunc=answer)
    assert [name for name, _timeout in asked] == [b"m202611._domainkey.mimosa.example."]
    return bool(found)


def signed(key: rsa.RSAPrivateKey, letter: bytes) -> bytes:
    return signatures(letter, [Signer("mimosa.example", "m202611", key)], at=AT) + letter


HEAD = b"From: olive@mimosa.example\r\n"


@pytest.mark.parametrize(
    "letter",
    [
        LETTER,
        HEAD + b"\r\n",
        HEAD + b"\r\n\r\n\r\n",
        HEAD + b"\r\n \t \r\n",
        HEAD + b"\r\nline \t\r\n",
        HEAD + b"\r\n\xff\x00\xfe \x0b \r\n",
        HEAD + b"Subject:\r\n\r\nempty field\r\n",
        HEAD + b"Subject: \xc3\xa9t\xc3\xa9\r\n\r\n8 bits\r\n",
        HEAD + b"To: a\r\nTo: b\r\nTo: c\r\n\r\nseveral\r\n",
        HEAD + b"".join(b"List-Id: <%d.example>\r\n" % n for n in range(300)) + b"\r\nmany\r\n",
        HEAD
        + b"Subject: a\r\n"
        + b"References:"
        + b" <x@example>\r\n" * 1
        + b"\t<y@example>\r\n" * 500
        + b"\r\nlong\r\n",
    ],
)
def test_another_program_verifies_what_was_signed(key: rsa.RSAPrivateKey, letter: bytes) -> None:
    whole = signed(key, letter)
    assert whole.endswith(letter)
    assert verified(key, whole)
    assert max(len(line) for line in whole[: -len(letter)].split(b"\r\n")) <= 78


@pytest.mark.parametrize(
    "change",
    [
        lambda letter: letter.replace(b"four.", b"five."),
        lambda letter: letter + b"And send money.\r\n",
        lambda letter: letter.replace(b"Subject: Tea", b"Subject: Beer"),
        lambda letter: b"From: evil@rival.example\r\n" + letter,
        lambda letter: letter.replace(b"List-Unsubscribe: <https://a", b"List-Unsubscribe: <https://b"),
        lambda letter: letter.replace(b"To: a@", b"To: c@"),
    ],
)
def test_a_letter_that_was_changed_on_the_way_is_found_out(key: rsa.RSAPrivateKey, change) -> None:
    whole = signed(key, LETTER)
    changed = change(whole)
    assert changed != whole
    assert not verified(key, changed)


def test_what_is_written_on_the_way_changes_nothing(key: rsa.RSAPrivateKey) -> None:
    whole = b"Received: by c.example\r\nX-Spam: no\r\n" + signed(key, LETTER) + b"\r\n\r\n"
    assert verified(key, whole.replace(b"Tea \t at  four", b"Tea at four"))


def test_from_is_signed_once_more_than_it_stands_and_the_length_is_not_left_open(key: rsa.RSAPrivateKey) -> None:
    field = signed(key, LETTER)[: -len(LETTER)]
    tags = dict(part.strip().split(b"=", 1) for part in re.sub(rb"\s+", b"", field.partition(b":")[2]).split(b";"))
    assert tags[b"h"].split(b":").count(b"from") == 2
    assert b"l" not in tags
    assert (tags[b"c"], tags[b"t"], tags[b"a"]) == (b"relaxed/relaxed", b"%d" % AT, b"rsa-sha256")
    assert b"received" not in tags[b"h"]
    assert len(tags[b"h"].split(b":")) <= MOST_SIGNED + 1


def test_ed25519_is_verified_by_the_library_with_a_primitive_that_is_lent() -> None:
    secret = ed25519.Ed25519PrivateKey.generate()
    public = secret.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    whole = signatures(LETTER, [Signer("mimosa.example", "e202611", secret)], at=AT) + LETTER
    lend(dkim)
    records = {b"e202611._domainkey.mimosa.example.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)}
    assert dkim.verify(whole, dnsfunc=lambda name, **_patience: records[name])
    assert not dkim.verify(whole + b"More.\r\n", dnsfunc=lambda name, **_patience: records[name])
    assert not dkim.verify(whole.replace(b"Tea", b"Beer"), dnsfunc=lambda name, **_patience: records[name])
    records[b"e202611._domainkey.mimosa.example."] = b"v=DKIM1; k=ed25519; p=AAAA"
    assert not dkim.verify(whole, dnsfunc=lambda name, **_patience: records[name])


@given(some.lists(some.sampled_from([b" ", b"\t", b"\r\n", b"a", b"\xff", b"  \r\n", b"\r\n\r\n"]), max_size=40))
def test_bodies_become_what_the_other_program_makes_of_them(pieces: list[bytes]) -> None:
    body = b"".join([*pieces, b"\r\n"])
    assert relaxed_body(body) == Relaxed.canonicalize_body(body)


@pytest.mark.parametrize(
    "letter",
    [
        HEAD + b"\r\n" + b" " * 4_000_000 + b"x\r\n",
        HEAD + b"\r\n" + b"\r\n" * 2_000_000,
        HEAD + b"\r\n" + b" \r\n" * 1_000_000 + b"x",
        HEAD + b"Subject: " + b"a\r\n " * 500_000 + b"\r\n\r\n",
        HEAD + b"Subject: " + b" " * 3_000_000 + b"\r\n\r\n",
        HEAD + b"X: 1\r\n" * 500_000 + b"\r\n",
    ],
)
def test_no_letter_holds_the_one_that_signs_it_up(key: rsa.RSAPrivateKey, letter: bytes) -> None:
    began = time.process_time()
    assert signed(key, letter) != letter
    assert time.process_time() - began < 2


def test_a_field_is_one_line_in_small_letters() -> None:
    assert relaxed_field(b"SubJect \t:  a\r\n\t b  c \t") == b"subject:a b c"
