# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.tenancy.models import Person

SAID = {"given_name": "Malik", "family_name": "Diallo", "phone": "", "language": "fr", "time_zone": "Europe/Zurich"}


def test_a_profile_is_saved_whole(signed_in, malik, people):
    answer = signed_in(malik).post("/account/profile", SAID | {"given_name": "Mali", "phone": "+41 21 555 01 02"})

    kept = Person.objects.get(id=people.malik.id)
    assert answer.status_code == 302
    assert (kept.given_name, kept.phone, kept.language) == ("Mali", "+41 21 555 01 02", "fr")


def test_a_profile_with_one_fault_is_not_saved_in_part(signed_in, malik, people):
    browser = signed_in(malik)
    before = Person.objects.filter(id=people.malik.id).values().get()
    for field, fault in (("given_name", "Ma\u202elik"), ("phone", "none")):
        said = SAID | {"family_name": "Other", "phone": "+41 21 555 01 02", field: fault}
        answer = browser.post("/account/profile", said)

        assert answer.status_code == 422
        assert f'value="{fault}"' in answer.content.decode()
        assert Person.objects.filter(id=people.malik.id).values().get() == before
