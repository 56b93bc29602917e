# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two servers on loopback write to each other, as strangers do: by MX, signed, judged, and with reports."""

import imaplib
import smtplib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from uuid import uuid4

import pytest

from tests.served import Served, serving
from tests.zone import Zone
from tests.zone import served as zone_served

pytestmark = pytest.mark.client

MALIK, OTTO = "malik@mimosa.example", "otto@rival.example"
PEOPLE = {MALIK: "malik", OTTO: "otto"}
WITHIN = 60.0  # seconds a letter may take: the worker of a busy machine


@dataclass
class Exchange:
    """Both servers by the address that writes there, and the names they are found by."""

    servers: dict[str, Served]
    zone: Zone

    def send(self, sender: str, to: str, subject: str, text: str = "Come at eight.") -> None:
        letter = EmailMessage(policy=default.clone(max_line_length=998))
        letter["From"], letter["To"], letter["Subject"] = sender, to, subject
        letter["Message-ID"] = f"<{uuid4()}@{sender.partition('@')[2]}>"
        letter.set_content(text, cte="8bit")
        with smtplib.SMTP(*self.servers[sender].doors["submission"], local_hostname="device.example") as smtp:
            smtp.login(sender, self._secret(sender))
            smtp.send_message(letter)

    def waits_for(self, owner: str, word: str, *, box: str = "INBOX") -> Message:
        """The letter in a mailbox of somebody that has a word in it."""
        until = time.monotonic() + WITHIN
        with imaplib.IMAP4(*self.servers[owner].doors["imap"], timeout=20) as imap:
            imap.login(owner, self._secret(owner))
            while time.monotonic() < until:
                imap.select(box)
                if numbers := imap.search(None, "TEXT", f'"{word}"')[1][0].split():
                    found = imap.fetch(numbers[-1].decode(), "(BODY.PEEK[])")[1][0]
                    assert isinstance(found, tuple)
                    return message_from_bytes(found[1], policy=default)
                time.sleep(0.3)
        log = (self.servers[owner].data / "serve.log").read_text()[-3000:]
        raise AssertionError(f"no letter with {word!r} came to {owner}\n{log}")

    def _secret(self, owner: str) -> str:
        return self.servers[owner].people[PEOPLE[owner]]["mail"]["secret"]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    zone, ports = Zone(), {owner: _free_port() for owner in PEOPLE}
    with zone_served(zone) as resolver:

        def settings(owner: str, other: str) -> dict[str, str]:
            return {
                "smtp": f"127.0.0.1:{ports[owner]}",
                "relay_port": str(ports[other]),
                "resolver": resolver,
                "private_relays": "yes",
                "mail_name": f"mail.{owner.partition('@')[2]}",
            }

        for domain in (owner.partition("@")[2] for owner in PEOPLE):
            zone.set(domain, "MX", f"10 mail.{domain}")
            zone.set(domain, "TXT", "v=spf1 ip4:127.0.0.1 -all")
            zone.set(f"mail.{domain}", "A", "127.0.0.1")
            zone.set(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject; adkim=s; aspf=s")
        here, there = (tmp_path_factory.mktemp(name) for name in ("mimosa", "rival"))
        with serving(here, **settings(MALIK, OTTO)) as mimosa, serving(there, **settings(OTTO, MALIK)) as rival:
            for owner, server in ((MALIK, mimosa), (OTTO, rival)):
                domain = owner.partition("@")[2]
                for selector, record in server.change("only_domain", domain).items():
                    zone.set(f"{selector}._domainkey.{domain}", "TXT", record)
            yield Exchange({MALIK: mimosa, OTTO: rival}, zone)


def judged(letter: Message) -> set[str]:
    """What the server that took a letter found: "dkim=pass", "spf=pass", "dmarc=pass"."""
    told = " ".join(str(letter["Authentication-Results"]).split())
    return {one.strip().split()[0] for one in told.split(";")[1:]}


def test_a_letter_goes_there_signed_and_judged_and_its_answer_comes_back(exchange: Exchange) -> None:
    word = uuid4().hex
    exchange.send(MALIK, OTTO, f"Réunion {word}")
    letter = exchange.waits_for(OTTO, word)
    assert letter["Subject"] == f"Réunion {word}"
    assert judged(letter) >= {"dkim=pass", "spf=pass", "dmarc=pass"}
    assert len(letter.get_all("DKIM-Signature", [])) == 2
    assert [hop.split()[1] for hop in letter.get_all("Received", [])] == ["mail.mimosa.example", "device.example"]

    exchange.send(OTTO, MALIK, f"Re: {word}")
    answer = exchange.waits_for(MALIK, f"Re: {word}")
    assert judged(answer) >= {"dkim=pass", "spf=pass", "dmarc=pass"}


def test_nobody_there_comes_back_as_a_report(exchange: Exchange) -> None:
    word = uuid4().hex
    exchange.send(MALIK, "nobody@rival.example", word)
    report = exchange.waits_for(MALIK, word)
    assert report.get_content_type() == "multipart/report"
    assert report["From"] == "postmaster@mimosa.example"
    text = report.as_string()
    assert "Final-Recipient: rfc822; nobody@rival.example" in text
    assert "550" in text
    assert "5.1.1" in text


def test_a_letter_in_anothers_name_is_seen_through(exchange: Exchange) -> None:
    word = uuid4().hex
    letter = f"From: {MALIK}\r\nTo: {OTTO}\r\nSubject: {word}\r\n\r\nSend money.\r\n"
    with smtplib.SMTP(*exchange.servers[OTTO].doors["smtp"], local_hostname="mail.mimosa.example") as smtp:
        smtp.sendmail("someone@elsewhere.example", [OTTO], letter)
    assert "dmarc=fail" in judged(exchange.waits_for(OTTO, word, box="Spam"))
