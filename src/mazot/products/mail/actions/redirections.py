# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let mail go on to other addresses, each of which is asked by letter first; nothing flows before it accepts."""

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import RedirectionAccepted, RedirectionAsked, RedirectionRemoved
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.products.mail.models import Address, Redirection
from mazot.products.mail.queries.redirections import comes_back, redirection_by_token
from mazot.products.mail.rights import REDIRECT
from mazot.products.mail.rules.addressing import LONGEST_ADDRESS, apart
from mazot.products.mail.rules.limits import TARGETS
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import digest_of


@action(needs=REDIRECT)
def ask_redirection(actor: Actor, address: Address, *, goes_to: str) -> Redirection:
    """Ask another address whether it takes the mail of this one; the letter with the link follows."""
    held = (
        Address.objects.select_for_update(of=("self",))
        .select_related("service")
        .filter(id=address.id, deleted_at__isnull=True)
        .first()
    )
    if held is None:
        raise NotFound("not_found")
    if held.kind == Address.Kind.ALIAS:
        raise Refused("is_alias", _("An alias leads to its address; redirect that one."), field="goes_to")
    there = _checked_target(held, goes_to)
    others = Redirection.objects.filter(address=held)
    if others.filter(goes_to=there).exists():
        raise Conflict("there", _("This address was asked already."), field="goes_to")
    check_room(others.count(), limit=TARGETS, field="goes_to")
    made = Redirection(address=held, goes_to=there, token_digest=_digest(new_secret(letters=40)), asked_at=clock.now())
    made.save(force_insert=True)
    tell(actor, RedirectionAsked(held.id, str(held), redirection_id=made.id, goes_to=there))
    return made


@action(needs=REDIRECT)
def remove_redirection(actor: Actor, redirection: Redirection) -> None:
    """End a redirection, accepted or not; the link of its letter opens nothing any more."""
    held = Redirection.objects.select_for_update(of=("self",)).select_related("address__service")
    found = held.filter(id=redirection.id).first()
    if found is None:
        raise NotFound("not_found")
    tell(actor, RedirectionRemoved(found.address_id, str(found.address), goes_to=found.goes_to))
    found.delete()


@action(needs=REDIRECT)
def renew_token(actor: Actor, redirection: Redirection) -> str:  # noqa: ARG001 - every deed has an actor
    """A new link for the letter; earlier ones open nothing. The answer is the token, and it is kept nowhere."""
    found = Redirection.objects.select_for_update(of=("self",)).filter(id=redirection.id).first()
    if found is None or found.accepted_at is not None:
        raise NotFound("not_found")
    token = new_secret(letters=40)
    found.token_digest = _digest(token)
    found.save(update_fields=["token_digest"])
    return token


@action(needs=None)
def accept_redirection(actor: Actor, redirection: Redirection, *, token: str) -> Redirection:  # noqa: ARG001 - whoever has the letter
    """Let the mail flow: said by whoever reads the asked address, with the token of the letter. Twice is once."""
    known = redirection_by_token(token)
    if known is None or known.id != redirection.id:
        raise NotFound("not_found")
    found = Redirection.objects.select_for_update(of=("self",)).select_related("address__service").get(id=known.id)
    if found.accepted_at is None:
        if comes_back(found.address, found.goes_to):
            raise _turns_around(found.goes_to)
        found.accepted_at = clock.now()
        found.save(update_fields=["accepted_at"])
        system = Actor.system(found.address.organization_id, because="the asked address accepted")
        tell(system, RedirectionAccepted(found.address_id, str(found.address), goes_to=found.goes_to))
    return found


def _checked_target(held: Address, typed: str) -> str:
    parts = apart(typed)
    if parts is None or len(typed) > LONGEST_ADDRESS or any(letter in typed for letter in '\r\n\0 ,;<>"'):
        raise Invalid(
            "not_an_address", _("This is no e-mail address; one looks like name@example.org."), field="goes_to"
        )
    there = f"{parts[0]}@{parts[1]}"
    if not there.isascii():
        raise Invalid(
            "not_ascii", _("Use an address in letters a to z; others do not travel everywhere."), field="goes_to"
        )
    if comes_back(held, there):
        raise _turns_around(there)
    return there


def _turns_around(goes_to: str) -> Refused:
    sentence = _("Mail sent on to %(goes_to)s would come back here, and turn around without end.")
    return Refused("loop", sentence % {"goes_to": goes_to}, field="goes_to")


def _digest(token: str) -> str:
    return digest_of(f"redirection:{token}", key=settings.MAZOT_CREDENTIAL_KEY)
