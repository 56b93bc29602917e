# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that are signed, that pretend, and that attack whoever verifies them."""

import base64
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mazot.foundation.resolver import Records, answering
from mazot.products.mail.queries import authentication
from mazot.products.mail.queries.authentication import Vouched, vouched_for
from tests.zone import Zone

LETTER = b"From: Olive <olive@mimosa.example>\r\nTo: otto@rival.example\r\nSubject: Tea\r\n\r\nAt four.\r\n"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def names(zone: Zone, key: rsa.RSAPrivateKey) -> Zone:
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    zone.set("first._domainkey.mimosa.example", "TXT", f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}")
    zone.set("mimosa.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")
    zone.set("_dmarc.mimosa.example", "TXT", "v=DMARC1; p=reject")
    return zone


def signed(key: rsa.RSAPrivateKey, letter: bytes = LETTER, **more: object) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    wanted = {"include_headers": [b"from", b"to", b"subject"], "canonicalize": (b"relaxed", b"relaxed"), **more}
    return dkim.sign(letter, b"first", b"mimosa.example", private, **wanted) + letter


def judged(content: bytes, *, address: str = "203.0.113.9", sender: str = "bounce@away.example") -> Vouched:
    return vouched_for(content, address=address, helo="mail.away.example", sender=sender)


@pytest.mark.usefixtures("names")
def test_a_signature_of_the_author_speaks_for_the_letter(key: rsa.RSAPrivateKey) -> None:
    found = judged(signed(key))
    assert [(one.word, one.domain, one.selector) for one in found.dkim] == [("pass", "mimosa.example", "first")]
    assert (found.spf, found.dmarc.word, found.arc) == ("none", "pass", "none")
    field = found.field("mail.rival.example")
    assert field.startswith(
        b"Authentication-Results: mail.rival.example;\r\n\tspf=none smtp.mailfrom=bounce@away.example"
    )
    assert b"dkim=pass header.d=mimosa.example header.s=first header.a=rsa-sha256 header.b=" in field
    assert b"dmarc=pass policy.dmarc=reject header.from=mimosa.example" in field


@pytest.mark.usefixtures("names")
def test_the_right_server_speaks_for_the_letter() -> None:
    found = judged(LETTER, address="192.0.2.1", sender="olive@mimosa.example")
    assert (found.spf, found.dkim, found.dmarc.word) == ("pass", (), "pass")


@pytest.mark.usefixtures("names")
def test_a_letter_that_was_changed_is_not_spoken_for(key: rsa.RSAPrivateKey) -> None:
    found = judged(signed(key).replace(b"At four", b"At five"), sender="olive@mimosa.example")
    assert (found.spf, found.dkim[0].word, found.dmarc.word, found.dmarc.asks) == ("fail", "fail", "fail", "reject")


@pytest.mark.usefixtures("names")
def test_a_signature_that_leaves_room_at_the_end_does_not_count(key: rsa.RSAPrivateKey) -> None:
    found = judged(signed(key, length=True) + b"And send money.\r\n")
    assert (found.dkim[0].word, found.dmarc.word) == ("policy", "fail")


@pytest.mark.usefixtures("names")
def test_a_second_from_is_nobody(key: rsa.RSAPrivateKey) -> None:
    found = judged(b"From: evil@rival.example\r\n" + signed(key))
    assert (found.dkim[0].word, found.dmarc.word, found.author) == ("fail", "permerror", "")


def test_a_silent_name_system_is_not_a_verdict(names: Zone, key: rsa.RSAPrivateKey) -> None:
    names.broken.update({"first._domainkey.mimosa.example", "mimosa.example", "_dmarc.mimosa.example"})
    found = judged(signed(key), sender="olive@mimosa.example")
    assert (found.spf, found.dkim[0].word, found.dmarc.word) == ("temperror", "temperror", "temperror")


def test_a_dead_name_system_is_not_asked_again_and_again(key: rsa.RSAPrivateKey, monkeypatch) -> None:
    asked = []

    class Dead:
        def look_up(self, name: str, kind: str) -> Records:
            asked.append((name, kind))
            time.sleep(0.1)
            return Records(failed=True)

    monkeypatch.setattr(authentication, "SECONDS", 0.15)
    letter = signed(key)
    for _time in range(4):
        letter = signed(key, letter)
    began = time.monotonic()
    with answering(Dead()):
        found = judged(letter, sender="olive@mimosa.example")
    assert time.monotonic() - began < 1
    assert len(asked) == 2
    assert (found.spf, {one.word for one in found.dkim}, found.dmarc.word) == ("temperror", {"temperror"}, "temperror")


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    "attack",
    [
        lambda letter: letter + b" " * 2_000_000 + b"x\r\n",
        lambda letter: letter + b"\r\n" * 2_000_000,
        lambda letter: letter.replace(b"b=", b"b=" + b"\r\n " * 20_000, 1),
        lambda letter: b"DKIM-Signature: v=1\r\n" * 5_000 + letter,
        lambda letter: b"ARC-Seal: i=1; cv=none\r\n" * 5_000 + letter,
        lambda letter: b"\x00\xff: x\r\n" + letter,
    ],
)
def test_no_letter_holds_the_one_that_verifies_it_up(key: rsa.RSAPrivateKey, attack: object) -> None:
    began = time.process_time()
    found = judged(attack(signed(key)))  # type: ignore[operator]
    assert time.process_time() - began < 3
    assert len(found.dkim) <= 5
