# SPDX-License-Identifier: AGPL-3.0-or-later
"""The letter of an invitation: its token is made when it is written, and is neither in a queue nor in the database."""

from mazot.foundation import clock
from mazot.foundation.ids import new_secret
from mazot.tenancy.actions.invitations import digest, pending_in
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Invitation
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import SECRET_LETTERS


@action(needs=MANAGE_PEOPLE)
def begin_letter(actor: Actor, invitation: Invitation) -> tuple[Invitation, str] | None:
    """Make the token of a letter that is due; none when it was sent or the invitation is over."""
    lock_organization(actor, invitation.organization_id)
    found = pending_in(invitation.organization_id).filter(
        id=invitation.id, sent_at__isnull=True, expires_at__gt=clock.now()
    )
    due = found.select_related("organization", "invited_by").first()
    if due is None:
        return None
    token = new_secret(letters=SECRET_LETTERS)
    due.token_digest = digest(token)
    due.save(update_fields=["token_digest"])
    return due, token


@action(needs=MANAGE_PEOPLE)
def note_letter(actor: Actor, invitation: Invitation) -> None:
    """Keep that the letter went out, unless another one has become due meanwhile."""
    lock_organization(actor, invitation.organization_id)
    Invitation.objects.filter(id=invitation.id, token_digest=invitation.token_digest).update(
        sent_at=clock.now(), letters=invitation.letters + 1
    )
