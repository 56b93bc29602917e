# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs set themselves up: what they are told, and what nobody is told."""

import plistlib
import time
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from django.test import Client

from mazot.products.mail.models import Address, Service
from tests.cast import Cast

SCHEMA = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"
REQUEST = (
    '<?xml version="1.0"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/'
    'requestschema/2006"><Request><EMailAddress>{}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.'
    "com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>"
)
CONFIGS = ("/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml")


@pytest.fixture
def doors(settings) -> None:
    settings.MAZOT = replace(
        settings.MAZOT,
        public_url="https://office.mimosa.example",
        mail_name="mail.mimosa.example",
        imap="0.0.0.0:143",
        submission="0.0.0.0:587",
        certificate="chain.pem",
    )


def outlook(client: Client, content: str | bytes, path: str = "/autodiscover/autodiscover.xml") -> ElementTree.Element:
    answer = client.post(path, content, content_type="text/xml")
    assert answer.status_code == 200
    return ElementTree.fromstring(answer.content)


@pytest.mark.usefixtures("address", "doors")
@pytest.mark.parametrize("path", CONFIGS)
def test_a_program_learns_the_doors_of_a_domain(client: Client, path: str) -> None:
    answer = client.get(path, {"emailaddress": "malik@mimosa.example"})
    assert answer["Content-Type"].startswith("text/xml")
    (provider,) = ElementTree.fromstring(answer.content)
    assert (provider.get("id"), provider.findtext("domain")) == ("mimosa.example", "mimosa.example")
    told = {
        one.tag: (one.get("type"), *(one.findtext(name) for name in ("hostname", "port", "socketType", "username")))
        for one in provider.findall("*")
        if one.get("type")
    }
    assert told == {
        "incomingServer": ("imap", "mail.mimosa.example", "143", "STARTTLS", "%EMAILADDRESS%"),
        "outgoingServer": ("smtp", "mail.mimosa.example", "587", "STARTTLS", "%EMAILADDRESS%"),
    }


@pytest.mark.usefixtures("doors")
def test_programs_are_sent_to_doors_that_speak_tls_from_the_first_byte(
    client: Client, cast: Cast, address: Address, settings, signed_in: Callable[..., Client]
) -> None:
    settings.MAZOT = replace(settings.MAZOT, imaps="0.0.0.0:993", submissions="127.0.0.1:2465", submissions_port=465)
    provider = ElementTree.fromstring(client.get(CONFIGS[0], {"emailaddress": str(address)}).content)
    assert [one.text for one in provider.iter("port")] == ["993", "465"]
    assert [one.text for one in provider.iter("socketType")] == ["SSL", "SSL"]
    found = outlook(client, REQUEST.format(address))
    told = [
        [one.findtext(SCHEMA + name) for name in ("Port", "SSL", "Encryption")]
        for one in found.iter(f"{SCHEMA}Protocol")
    ]
    assert told == [["993", "on", "SSL"], ["465", "on", "SSL"]]
    (account,) = plistlib.loads(signed_in(cast.malik).get(f"/mail/addresses/{address.id}/profile").content)[
        "PayloadContent"
    ]
    ports = account["IncomingMailServerPortNumber"], account["OutgoingMailServerPortNumber"]
    assert ports == (993, 465)
    assert account["IncomingMailServerUseSSL"] is account["OutgoingMailServerUseSSL"] is True
    made = (
        signed_in(cast.malik).post(f"/mail/addresses/{address.id}/devices/new", {"name": "Telephone"}).content.decode()
    )
    assert made.count("encryption: SSL/TLS") == 2
    assert made.count("encryption: STARTTLS") == 1  # ManageSieve has no other way (RFC 5804)
    settings.MAZOT = replace(settings.MAZOT, imap="", submission="")  # nobody needs the others
    again = ElementTree.fromstring(client.get(CONFIGS[0], {"emailaddress": str(address)}).content)
    assert [one.text for one in again.iter("port")] == ["993", "465"]


@pytest.mark.usefixtures("address", "doors")
def test_the_name_under_which_it_is_asked_for_says_the_domain(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["office.mimosa.example"]
    for host in ("autoconfig.mimosa.example", "mimosa.example", "AUTOCONFIG.mimosa.example:443"):
        answer = client.get(CONFIGS[0], HTTP_HOST=host)
        assert b'<emailProvider id="mimosa.example">' in answer.content, host
    for host in ("autoconfig.away.example", "", "x" * 5000, "<>", "office.mimosa.example"):
        assert client.get(CONFIGS[0], HTTP_HOST=host).status_code == 404, host
    assert client.get("/login", HTTP_HOST="autoconfig.mimosa.example").status_code == 400  # pages have their own names


@pytest.mark.usefixtures("address", "doors")
def test_nobody_learns_whether_an_address_exists(client: Client) -> None:
    real, none = "malik@mimosa.example", "nobody@mimosa.example"
    for path in CONFIGS:
        answers = [client.get(path, {"emailaddress": one}) for one in (real, none)]
        assert answers[0].content == answers[1].content
        assert answers[0].headers == answers[1].headers
    posted = [
        client.post("/autodiscover/autodiscover.xml", REQUEST.format(one), content_type="text/xml").content
        for one in (real, none)
    ]
    assert posted[0].replace(real.encode(), none.encode()) == posted[1]


@pytest.mark.usefixtures("doors")
def test_a_domain_that_is_not_proved_is_not_here(client: Client, service: Service) -> None:
    Service.objects.update(proof="none")
    assert client.get(CONFIGS[0], {"emailaddress": "a@mimosa.example"}).status_code == 404
    found = outlook(client, REQUEST.format("a@mimosa.example"))
    assert "".join(found.itertext()).split()[0] == "500"


@pytest.mark.usefixtures("address", "doors")
@pytest.mark.parametrize("path", ["/autodiscover/autodiscover.xml", "/Autodiscover/Autodiscover.xml"])
def test_outlook_learns_the_same(client: Client, path: str) -> None:
    found = outlook(Client(enforce_csrf_checks=True), REQUEST.format("malik@mimosa.example"), path)
    account = found.find(f"{SCHEMA}Response/{SCHEMA}Account")
    assert account is not None
    assert account.findtext(f"{SCHEMA}AccountType") == "email"
    told = [
        [one.findtext(SCHEMA + name) for name in ("Type", "Server", "Port", "LoginName", "Encryption")]
        for one in account.findall(f"{SCHEMA}Protocol")
    ]
    assert told == [
        ["IMAP", "mail.mimosa.example", "143", "malik@mimosa.example", "TLS"],
        ["SMTP", "mail.mimosa.example", "587", "malik@mimosa.example", "TLS"],
    ]
    assert client.get(path).status_code == 405


@pytest.mark.usefixtures("address", "doors")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "600"),
        ("<", "600"),
        ("\xff" * 100, "600"),
        (REQUEST.format(""), "600"),
        (REQUEST.format("mimosa.example"), "600"),
        (REQUEST.format("a@away.example"), "500"),
        (REQUEST.format("a\x00@mimosa.example"), "600"),
        (REQUEST.format("x" * 2000 + "@mimosa.example"), "600"),
        ("<EMailAddress" + " " * 200_000, "600"),
        ("<EMailAddress>" * 20_000, "600"),
        ('<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "c">]>' + REQUEST.format("&b;"), "600"),
    ],
)
def test_a_request_that_nobody_can_read_is_answered_and_costs_nothing(client: Client, content: str, code: str) -> None:
    began = time.process_time()
    found = outlook(client, content)
    assert "".join(found.itertext()).split()[0] == code
    assert time.process_time() - began < 1


@pytest.mark.usefixtures("address", "doors")
def test_an_address_with_marks_of_xml_comes_back_as_it_was(client: Client) -> None:
    found = outlook(client, REQUEST.format("a&amp;&lt;b@mimosa.example"))
    assert {one.text for one in found.iter(f"{SCHEMA}LoginName")} == {"a&<b@mimosa.example"}


@pytest.mark.usefixtures("address")
def test_a_server_without_doors_for_programs_sets_up_none(client: Client, settings) -> None:
    settings.MAZOT = replace(settings.MAZOT, imap="")
    assert client.get(CONFIGS[0], {"emailaddress": "malik@mimosa.example"}).status_code == 404
    found = outlook(client, REQUEST.format("malik@mimosa.example"))
    assert "".join(found.itertext()).split()[0] == "500"


@pytest.mark.usefixtures("doors")
def test_a_profile_sets_an_apple_device_up_without_a_password(
    cast: Cast, address: Address, signed_in: Callable[..., Client]
) -> None:
    page = f"/mail/addresses/{address.id}/profile"
    answer = signed_in(cast.malik).get(page)
    assert answer["Content-Type"] == "application/x-apple-aspen-config"
    made = plistlib.loads(answer.content)
    (account,) = made["PayloadContent"]
    assert (account["EmailAddress"], account["IncomingMailServerPortNumber"]) == ("malik@mimosa.example", 143)
    assert account["IncomingMailServerUseSSL"] is account["OutgoingMailServerUseSSL"] is True
    assert account["OutgoingMailServerHostName"] == "mail.mimosa.example"
    assert not [name for name in account if name in ("IncomingPassword", "OutgoingPassword")]
    assert signed_in(cast.malik).get(page).content == answer.content  # a second one replaces the first on the device
    assert signed_in(cast.gaia).get(page).status_code == 403
    assert signed_in(cast.otto).get(page).status_code == 404
    made = signed_in(cast.malik).post(f"/mail/addresses/{address.id}/devices/new", {"name": "Telephone"})
    assert page in made.content.decode()


@pytest.mark.usefixtures("address", "doors")
def test_programs_are_told_the_port_that_a_firewall_brings_to_the_door(client: Client, settings) -> None:
    settings.MAZOT = replace(settings.MAZOT, imap="127.0.0.1:2143", imap_port=143, submission="127.0.0.1:2587")
    told = ElementTree.fromstring(client.get(CONFIGS[0], {"emailaddress": "a@mimosa.example"}).content)
    assert [one.text for one in told.iter("port")] == ["143", "2587"]
