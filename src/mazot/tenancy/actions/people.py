# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make a person known by the command line, and give them a password."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import PasswordSet, PersonRegistered
from mazot.tenancy.limits import checked_name
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import IdentifierChange, Person
from mazot.tenancy.models.people import LANGUAGES
from mazot.tenancy.queries.identifiers import is_taken
from mazot.tenancy.rights import action
from mazot.tenancy.rules import identifiers

FAULTS = {
    "invisible": gettext_lazy("There is an invisible letter in this address. Type it anew instead of pasting it."),
    "not_ascii": gettext_lazy("The part before the @ is written with letters from a to z, figures and signs."),
    "mixed_scripts": gettext_lazy("This address mixes letters of several scripts, which mislead the eye."),
    "looks_like_another": gettext_lazy("The letters of this address look like others than they are."),
}


@action(needs=None)
def register_person(
    actor: Actor, login: str, *, given_name: str, family_name: str, password_hash: str, language: str = "en"
) -> Person:
    """Make an account from the command line; its organization is the next deed."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    name = checked_login(login)
    if is_taken(name):
        raise Conflict("taken", _("An account with this login exists already."), field="login")
    if language not in LANGUAGES:
        raise Invalid("unknown_language", _("There is no such language."), field="language")
    person = Person(
        login=name,
        given_name=checked_name(given_name, field="given_name", limit=80, may_be_empty=True),
        family_name=checked_name(family_name, field="family_name", limit=80, may_be_empty=True),
        language=language,
        password=password_hash,
    )
    person.save(force_insert=True)
    tell(actor, PersonRegistered(person.id))
    return person


@action(needs=None)
def set_password(actor: Actor, person: Person, *, password_hash: str) -> Person:
    """Keep a new password, made into its slow hash before the transaction; every session of before ends."""
    require_self(actor, person)
    found = Person.objects.select_for_update().filter(id=person.id, is_active=True).first()
    if found is None:
        raise NotFound("not_found")
    found.password = password_hash
    found.save(update_fields=["password"])
    # Whoever takes the account back takes back what an intruder has begun.
    IdentifierChange.objects.filter(person=found, confirmed_at__isnull=True).update(expires_at=clock.now())
    tell(actor, PasswordSet(found.id))
    return found


def checked_login(login: str) -> str:
    """The login as it is kept and compared, in the form of an e-mail address, and none that misleads the eye."""
    name = identifiers.kept(login)
    if len(name) > identifiers.LONGEST:
        limit = identifiers.LONGEST
        sentence = _("A login has at most %(limit)d characters.") % {"limit": limit}
        raise Invalid("too_long", sentence, field="login", limit=limit)
    if fault := identifiers.fault_of(name):
        raise Invalid(fault, str(FAULTS[fault]), field="login")
    try:
        validate_email(name)
    except ValidationError:
        raise Invalid("not_an_address", _("A login has the form of an e-mail address."), field="login") from None
    return name
