# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.details import set_contacts, set_details, set_logo
from mazot.tenancy.details import stamp_of, stamp_of_contacts
from mazot.tenancy.models import Organization

WHERE = {
    "street": "Rue du Quai 4",
    "postal_code": "1003",
    "city": "Lausanne",
    "country": "CH",
    "phone": "+41 21 555 01 02",
    "website": "mimosa.example",
}


def contact(purpose="billing", name="Office", address="Office@Mimosa.example", phone=""):
    return {"purpose": purpose, "name": name, "address": address, "phone": phone}


def test_an_administrator_writes_where_the_organization_is(cast):
    saved = set_details(cast.adam, cast.mimosa, **WHERE)
    saved.refresh_from_db()
    assert (saved.city, saved.country, saved.website) == ("Lausanne", "CH", "https://mimosa.example")
    assert saved.name == "Mimosa"
    told = FactRow.objects.filter(kind="tenancy.DetailsChanged").get()
    assert set(told.details["what"]) == set(WHERE)


def test_only_a_legal_representative_changes_kind_and_legal_name(cast):
    for change in ({"kind": "company"}, {"legal_name": "Mimosa SA"}):
        with pytest.raises(NotAllowed):
            set_details(cast.adam, cast.mimosa, city="Nyon", **change)
    cast.mimosa.refresh_from_db()
    assert (cast.mimosa.city, cast.mimosa.kind, cast.mimosa.legal_name) == ("", "individual", "")
    assert set_details(cast.adam, cast.mimosa, kind="individual", city="Nyon").city == "Nyon"
    assert set_details(cast.olive, cast.mimosa, kind="company", legal_name="Mimosa SA").kind == "company"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "evil\u202egnp.exe"}, "unseen"),
        ({"name": "x" * 121}, "too_long"),
        ({"name": " "}, "empty"),
        ({"city": "Lau\x00sanne"}, "unseen"),
        ({"street": "a\r\nBcc: everybody@people.example"}, "unseen"),
        ({"legal_name": "x" * 1_000_000}, "too_long"),
        ({"country": "XX"}, "unknown_country"),
        ({"country": "ch"}, "unknown_country"),
        ({"phone": "call me"}, "not_a_phone"),
        ({"phone": "1" * 16}, "not_a_phone"),
        ({"website": "javascript://x.example/%0aalert(1)"}, "not_a_website"),
        ({"website": "ftp://mimosa.example"}, "not_a_website"),
        ({"website": "https://mimosa.example@rival.example"}, "not_a_website"),
        ({"website": "https://mimosa.example/" + "x" * 200}, "not_a_website"),
        ({"kind": "empire"}, "unknown_kind"),
        ({"tint": 9}, "unknown_tint"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_field_and_nothing_is_written(cast, change, reason):
    with pytest.raises(Invalid) as refused:
        set_details(cast.olive, cast.mimosa, postal_code="1003", **change)
    assert refused.value.reason == reason
    assert refused.value.facts["field"] == next(iter(change))
    assert not Organization.objects.filter(postal_code="1003").exists()


def test_who_saves_second_is_told_and_overwrites_nothing(cast):
    stamp = stamp_of(cast.mimosa)
    set_details(cast.adam, cast.mimosa, stamp=stamp, city="Nyon")
    with pytest.raises(Conflict) as refused:
        set_details(cast.olive, cast.mimosa, stamp=stamp, city="Morges")
    assert refused.value.reason == "saved_meanwhile"
    cast.mimosa.refresh_from_db()
    assert cast.mimosa.city == "Nyon"
    assert set_details(cast.olive, cast.mimosa, stamp=stamp_of(cast.mimosa), city="Morges").city == "Morges"


def test_contacts_take_the_place_of_those_before(cast):
    set_contacts(cast.adam, cast.mimosa, contacts=[contact(), contact("legal", name="Me", address="me@mimosa.example")])
    stamp = stamp_of_contacts(list(cast.mimosa.contacts.all()))
    kept = set_contacts(cast.adam, cast.mimosa, contacts=[contact(phone="021 555 01"), contact("legal", "", "", "")])
    assert [(one.purpose, one.address, one.phone) for one in kept] == [
        ("billing", "office@mimosa.example", "021 555 01")
    ]
    assert cast.mimosa.contacts.count() == 1
    with pytest.raises(Conflict):
        set_contacts(cast.adam, cast.mimosa, contacts=[], stamp=stamp)


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (contact(address="a@b"), "billing_address"),
        (contact(address="a@people.example\nBcc: b@people.example"), "billing_address"),
        (contact(name="\u202eevil"), "billing_name"),
        (contact(name=""), "billing_name"),
        (contact(purpose="gossip"), "purpose"),
    ],
)
def test_a_contact_that_cannot_be_written_to_is_refused(cast, line, field):
    with pytest.raises(Invalid) as refused:
        set_contacts(cast.olive, cast.mimosa, contacts=[line])
    assert refused.value.facts["field"] == field
    assert not cast.mimosa.contacts.exists()


def test_otto_changes_nothing_and_collaborators_neither(cast):
    for deed in (
        lambda who: set_details(who, cast.mimosa, city="Nyon"),
        lambda who: set_contacts(who, cast.mimosa, contacts=[contact()]),
        lambda who: set_logo(who, cast.mimosa, digest="a" * 64),
    ):
        with pytest.raises(NotFound):
            deed(cast.otto)
        with pytest.raises(NotAllowed):
            deed(cast.malik)
