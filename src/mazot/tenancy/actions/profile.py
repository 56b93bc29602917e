# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person says about themselves and how they like to see things."""

import re
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import ProfileChanged
from mazot.tenancy.limits import checked_name, checked_tint
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import Person
from mazot.tenancy.models.people import APPEARANCES, LANGUAGES
from mazot.tenancy.rights import action

_PHONE = re.compile(r"(?=.*[0-9])[0-9 +()./-]{3,32}")


@action(needs=None)
def set_appearance(actor: Actor, person: Person, *, appearance: str) -> Person:
    """Choose light, dark, or what the system says."""
    if appearance not in APPEARANCES:
        raise Invalid("unknown_appearance", _("There is no such appearance."), field="appearance")
    return _write(actor, person, appearance=appearance)


@action(needs=None)
def set_language(actor: Actor, person: Person, *, language: str) -> Person:
    """Choose the language of every page and letter."""
    if language not in LANGUAGES:
        raise Invalid("unknown_language", _("There is no such language."), field="language")
    return _write(actor, person, language=language)


@action(needs=None)
def set_profile(
    actor: Actor, person: Person, *, given_name: str, family_name: str, time_zone: str, tint: int | None = None
) -> Person:
    """Change one's names, time zone and colour."""
    if time_zone not in available_timezones():
        raise Invalid("unknown_time_zone", _("There is no such time zone."), field="time_zone")
    return _write(
        actor,
        person,
        given_name=checked_name(given_name, field="given_name", limit=80, may_be_empty=True),
        family_name=checked_name(family_name, field="family_name", limit=80, may_be_empty=True),
        time_zone=time_zone,
        tint=person.tint if tint is None else checked_tint(tint),
    )


@action(needs=None)
def set_phone(actor: Actor, person: Person, *, phone: str) -> Person:
    """Change one's telephone number, which the directory shows; empty takes it away."""
    written = " ".join(phone.split())
    if written and not _PHONE.fullmatch(written):
        sentence = _("A telephone number has figures, spaces and + ( ) - . / only, 32 characters at most.")
        raise Invalid("not_a_number", sentence, field="phone", limit=32)
    return _write(actor, person, phone=written)


@action(needs=None)
def set_photo(actor: Actor, person: Person, *, digest: str) -> Person:
    """Choose a kept picture as one's photo; empty goes back to the initials."""
    return _write(actor, person, photo_digest=digest)


@action(needs=None)
def set_notices(actor: Actor, person: Person, *, logins: bool, failures: bool, places: bool = True) -> Person:
    """Choose which letters about signing in are sent."""
    return _write(actor, person, notices={"logins": bool(logins), "failures": bool(failures), "places": bool(places)})


def _write(actor: Actor, person: Person, **changes: object) -> Person:
    require_self(actor, person, scope="profile")
    found = Person.objects.select_for_update().filter(id=person.id, is_active=True).first()
    if found is None:
        raise NotFound("not_found")
    changed = {name: value for name, value in changes.items() if getattr(found, name) != value}
    for name, value in changed.items():
        setattr(found, name, value)
    if changed:
        found.save(update_fields=list(changed))
        tell(actor, ProfileChanged(found.id, what=tuple(changed)))
    return found
