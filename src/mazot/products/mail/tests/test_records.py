# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the zone of a domain should say about its mail, and what is said of what it says."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mazot.foundation import clock
from mazot.products.mail.actions.signing import make_signing_keys, new_secrets, rotate_signing_keys
from mazot.products.mail.models import Service
from mazot.products.mail.queries.records import FAULTS, Record, records_for
from mazot.products.mail.rules import records
from mazot.products.mail.rules.records import Expected, expected, fault
from tests.cast import Cast
from tests.zone import Zone

HOST = "mail.mimosa.example"
KEY = "v=DKIM1; k=rsa; p=QUJD"


@pytest.fixture
def furnished(cast: Cast, service: Service, settings: object) -> Service:
    settings.MAZOT = replace(
        settings.MAZOT,
        public_url="https://office.mimosa.example",
        mail_name=HOST,
        imap="127.0.0.1:143",
        submission="127.0.0.1:587",
        sieve="",
    )
    make_signing_keys(cast.adam, service, secrets=new_secrets())
    return service


def by_name(service: Service) -> dict[str, Record]:
    return {f"{record.type} {record.name}": record for record in records_for(service)}


def test_the_records_of_a_service_name_this_server_its_keys_and_its_doors(furnished: Service) -> None:
    found = records_for(furnished, looks=False)
    rsa, ed = (record for record in found if record.kind == records.DKIM)
    assert {rsa.name.split(".")[0][0], ed.name.split(".")[0][0]} == {"m", "e"}
    assert [(record.type, record.name, record.wanted) for record in found if record.kind != records.DKIM] == [
        ("MX", "mimosa.example", f"10 {HOST}."),
        ("TXT", "mimosa.example", "v=spf1 mx -all"),
        ("TXT", "_dmarc.mimosa.example", "v=DMARC1; p=quarantine"),
        ("CNAME", "autoconfig.mimosa.example", "office.mimosa.example."),
        ("CNAME", "autodiscover.mimosa.example", "office.mimosa.example."),
        ("SRV", "_imap._tcp.mimosa.example", f"0 1 143 {HOST}."),
        ("SRV", "_submission._tcp.mimosa.example", f"0 1 587 {HOST}."),
    ]
    assert {record.state for record in found} == {""}


def test_doors_that_speak_tls_at_once_have_records_of_their_own(furnished: Service, settings) -> None:
    settings.MAZOT = replace(settings.MAZOT, imaps="0.0.0.0:993", submissions="0.0.0.0:2465", submissions_port=465)
    found = {record.name: record.wanted for record in records_for(furnished, looks=False) if record.type == "SRV"}
    assert found["_imaps._tcp.mimosa.example"] == f"0 1 993 {HOST}."
    assert found["_submissions._tcp.mimosa.example"] == f"0 1 465 {HOST}."
    assert found["_imap._tcp.mimosa.example"] == f"0 1 143 {HOST}."


def test_a_zone_that_took_them_all_is_as_it_should_be(furnished: Service, zone: Zone) -> None:
    values: dict[tuple[str, str], list[str]] = {}
    for record in records_for(furnished, looks=False):
        said = record.wanted.rstrip(".") if record.type != "TXT" else record.wanted
        values.setdefault((record.name, record.type), []).append(said)
    for (name, kind), ones in values.items():
        zone.set(
            name, kind, *ones, *(["google-site-verification=x"] if (name, kind) == ("mimosa.example", "TXT") else [])
        )
    assert {(record.kind, record.state) for record in records_for(furnished)} == {
        (kind, "fine") for kind in ("MX", "SPF", "DKIM", "DMARC", "setup", "SRV")
    }


def test_an_empty_zone_misses_everything_and_says_what_that_means(furnished: Service, zone: Zone) -> None:
    found = records_for(furnished)
    assert {record.state for record in found} == {"missing"}
    assert all(str(record.said).endswith(".") for record in found)


def test_a_silent_name_system_decides_nothing(furnished: Service, zone: Zone) -> None:
    for record in records_for(furnished, looks=False):
        zone.broken.add(record.name)
    assert {record.state for record in records_for(furnished)} == {"unknown"}


def test_a_name_that_leads_to_the_same_server_by_its_address_is_fine(furnished: Service, zone: Zone) -> None:
    zone.set("autoconfig.mimosa.example", "A", "192.0.2.7")
    zone.set("autodiscover.mimosa.example", "A", "192.0.2.8")
    zone.set("office.mimosa.example", "A", "192.0.2.7")
    found = by_name(furnished)
    assert found["CNAME autoconfig.mimosa.example"].state == "fine"
    other = found["CNAME autodiscover.mimosa.example"]
    assert (other.state, other.seen) == ("other", ("192.0.2.8",))


def test_while_keys_change_both_records_are_wanted_and_the_old_one_has_an_end(cast: Cast, furnished: Service) -> None:
    rotate_signing_keys(cast.adam, furnished, secrets=new_secrets())
    found = [record for record in records_for(furnished, looks=False) if record.kind == records.DKIM]
    assert len({record.name for record in found}) == 4
    ends = [record.stays_until for record in found if record.stays_until]
    assert len(ends) == 2
    assert all(end - clock.now() > timedelta(days=13) for end in ends)


@pytest.mark.parametrize(
    ("kind", "seen", "wrong"),
    [
        (records.MX, ("10 mail.mimosa.example",), ""),
        (records.MX, ("20 b.example", "10 MAIL.mimosa.example."), ""),
        (records.MX, ("10 b.example", "10 mail.mimosa.example"), ""),
        (records.MX, ("5 b.example", "10 mail.mimosa.example"), "elsewhere"),
        (records.MX, ("0 .",), "refuses"),
        (records.MX, ("nonsense",), "elsewhere"),
        (records.MX, (), "missing"),
        (records.SPF, ("v=spf1 mx -all",), ""),
        (records.SPF, ("v=spf1 a:mail.mimosa.example ~all",), ""),
        (records.SPF, ("v=spf1 redirect=_spf.mimosa.example",), ""),
        (records.SPF, ("v=spf1 mx",), "no_end"),
        (records.SPF, ("v=spf1 mx +all",), "no_end"),
        (records.SPF, ("v=spf1 -all",), "not_us"),
        (records.SPF, ("v=spf1",), "not_us"),
        (records.SPF, ("v=spf1 mx -all", "v=spf1 a -all"), "several"),
        (records.DKIM, ("v=DKIM1;k=rsa;p=QU JD",), ""),
        (records.DKIM, ("p=QUJD",), ""),
        (records.DKIM, ("v=DKIM1; k=ed25519; p=QUJD",), "other_key"),
        (records.DKIM, ("v=DKIM1; k=rsa; p=QUJE",), "other_key"),
        (records.DKIM, ("v=DKIM1; p=",), "revoked"),
        (records.DKIM, ("nonsense",), "other_key"),
        (records.DKIM, (KEY, KEY), "several"),
        (records.DMARC, ("v=DMARC1; p=reject; rua=mailto:a@b.example",), ""),
        (records.DMARC, ("v=DMARC1;p=none",), "lets_through"),
        (records.DMARC, ("v=DMARC1",), "unreadable"),
        (records.DMARC, ("v=DMARC1; p=none", "v=DMARC1; p=none"), "several"),
        (records.SRV, ("0 1 143 mail.mimosa.example",), ""),
        (records.SRV, ("0 1 993 mail.mimosa.example",), "elsewhere"),
        (records.SETUP, ("0 1 143 b.example",), "elsewhere"),
    ],
)
def test_a_zone_is_judged(kind: str, seen: tuple[str, ...], wrong: str) -> None:
    wanted = {records.DKIM: KEY, records.SRV: f"0 1 143 {HOST}."}.get(kind, "")
    assert fault(Expected(kind, "x.example", "TXT", wanted), seen, host=HOST) == wrong
    assert wrong in ("", "missing") or (kind, wrong) in FAULTS


def test_a_server_that_has_only_an_address_asks_for_no_names_of_programs() -> None:
    kinds = {record.kind for record in expected("a.example", HOST, site="", keys=(), doors=())}
    assert kinds == {records.MX, records.SPF, records.DMARC}
