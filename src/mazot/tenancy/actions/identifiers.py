# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change a login identifier: asked for with the password, confirmed at the new address, undone from the old one.

Sessions and application passwords outlive a change, which tells nobody a secret; an application password opens under
the former identifier too, because a dozen programs may have it written down. An undo assumes the worst: it ends all
of them, every token and waiting change, takes away the second factors set up since, and leaves no password.
"""

from datetime import timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.tenancy.actions.people import checked_login
from mazot.tenancy.actions.sessions import end_other_sessions
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import IdentifierChangeAsked, IdentifierChanged, IdentifierChangeDropped, IdentifierRestored
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import ApiToken, AppPassword, IdentifierChange, Person
from mazot.tenancy.queries.identifiers import (
    change_to_confirm,
    change_to_undo,
    is_kept_for_another,
    is_taken,
    waiting_changes_of,
)
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import SECRET_LETTERS, digest_of

CONFIRMED_WITHIN = timedelta(hours=24)
UNDONE_WITHIN = timedelta(hours=72)
ASKED_A_DAY = 5  # each is a letter to an address of the asker's choice


@action(needs=None)
def ask_identifier_change(actor: Actor, person: Person, *, login: str) -> tuple[IdentifierChange, str, bool]:
    """Begin a change; the answer has the token for the letter, and whether the address is another person's.

    The change waits in either case, so that the page tells nothing: the letter to a taken address carries no token.
    """
    require_self(actor, person)
    person = _locked(person)
    wanted = checked_login(login)
    if wanted == person.login:
        raise Invalid("same", _("This is your login identifier already."), field="login")
    moment = clock.now()
    if person.identifier_changes.filter(created_at__gt=moment - timedelta(days=1)).count() >= ASKED_A_DAY:
        raise Refused(
            "too_many",
            _("You asked for %(limit)d changes within a day. Ask again tomorrow.") % {"limit": ASKED_A_DAY},
            field="login",
            limit=ASKED_A_DAY,
        )
    waiting_changes_of(person.id).update(expires_at=moment)
    token = new_secret(letters=SECRET_LETTERS)
    change = IdentifierChange(
        person=person,
        old_login=person.login,
        new_login=wanted,
        confirm_digest=_digest(token),
        # Nobody holds this one: the letter of the undo is written, with its own token, when the change is confirmed.
        undo_digest=_digest(new_secret(letters=SECRET_LETTERS)),
        created_at=moment,
        expires_at=moment + CONFIRMED_WITHIN,
    )
    change.save(force_insert=True)
    tell(actor, IdentifierChangeAsked(person.id))
    return change, token, is_taken(wanted, but_by=person.id)


@action(needs=None)
def drop_identifier_change(actor: Actor, person: Person) -> int:
    """Take a waiting change back; its letter opens nothing any more."""
    require_self(actor, person)
    count = waiting_changes_of(_locked(person).id).update(expires_at=clock.now())
    if count:
        tell(actor, IdentifierChangeDropped(person.id))
    return count


@action(needs=None)
def confirm_identifier_change(actor: Actor, person: Person, *, token: str) -> IdentifierChange:
    """Make the new address the identifier; who hears of it writes to the old one, with the token of the undo.

    It takes the letter and a session of the person: a stranger at a mistyped address has only the letter.
    """
    require_self(actor, person)
    person = _locked(person)
    change = change_to_confirm(actor, token)
    if change.old_login != person.login:
        raise NotFound("not_found")
    _write_login(person, change.new_login)
    moment = clock.now()
    change.confirmed_at, change.undo_until = moment, moment + UNDONE_WITHIN
    change.save(update_fields=["confirmed_at", "undo_until"])
    tell(actor, IdentifierChanged(person.id, change_id=change.id))
    return change


@action(needs=None)
def make_undo_token(actor: Actor, person: Person, *, change_id: UUID) -> tuple[IdentifierChange, str]:
    """Make the token for the letter to the old address; the one of a letter that may not have gone out is dead."""
    require_self(actor, person)
    change = (
        _locked(person)
        .identifier_changes.filter(
            id=change_id, confirmed_at__isnull=False, undone_at__isnull=True, undo_until__gt=clock.now()
        )
        .first()
    )
    if change is None:
        raise NotFound("not_found")
    undo = new_secret(letters=SECRET_LETTERS)
    change.undo_digest = _digest(undo)
    change.save(update_fields=["undo_digest"])
    return change, undo


@action(needs=None)
def undo_identifier_change(actor: Actor, person: Person, *, token: str) -> IdentifierChange:
    """Put the old identifier back and shut out whoever is in: sessions, programs, tokens, password, late factors."""
    require_self(actor, person)
    person = _locked(person)
    change = change_to_undo(token)
    if change.person_id != person.id:
        raise NotFound("not_found")
    moment = clock.now()
    if person.login != change.old_login:
        _write_login(person, change.old_login)
    # Changes made on top of this one go with it: else their letters would give the account away again.
    later = person.identifier_changes.filter(created_at__gte=change.created_at, undone_at__isnull=True)
    later.update(undone_at=moment)
    waiting_changes_of(person.id).update(expires_at=moment)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    end_other_sessions(actor, person)
    AppPassword.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=moment)
    ApiToken.objects.filter(membership__person=person, revoked_at__isnull=True).update(revoked_at=moment)
    Authenticator.objects.filter(user=person, created_at__gte=change.created_at).delete()
    tell(actor, IdentifierRestored(person.id, change_id=change.id))
    change.undone_at = moment
    change.person = person
    return change


def refuse_kept(person: Person) -> None:
    """Raise when a new account has an identifier that somebody may still take back; call it after the insert.

    Before the insert it could miss a change that has not committed; the unique index makes the insert wait for it.
    """
    if is_kept_for_another(person.login, person_id=person.id):
        raise _taken()


def _write_login(person: Person, login: str) -> None:
    person.login = login
    try:
        with transaction.atomic():
            person.save(update_fields=["login"])
    except IntegrityError:
        raise _taken() from None
    refuse_kept(person)
    # allauth signs in and resets by its own table of addresses, which must never name another than the identifier.
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.filter(email__iexact=login).delete()
    EmailAddress(user=person, email=login, verified=True, primary=True).save(force_insert=True)


def _taken() -> Conflict:
    sentence = _("This address is the login identifier of another account by now.")
    return Conflict("taken", sentence, way_out=_("Choose another address."), field="login")


def _locked(person: Person) -> Person:
    found = Person.objects.select_for_update().filter(id=person.id, is_active=True).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _digest(token: str) -> str:
    return digest_of(token, key=settings.MAZOT_CREDENTIAL_KEY)
