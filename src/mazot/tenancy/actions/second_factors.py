# SPDX-License-Identifier: AGPL-3.0-or-later
"""Give a person a second factor without a browser: the command line does it, for the demo and for an operator."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from mazot.foundation.facts import tell
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import SecondFactorChanged, SecondFactorReplaced
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import Person
from mazot.tenancy.rights import action


@action(needs=None)
def replace_second_factor(actor: Actor, person: Person) -> str:
    """Start the person's authenticator program anew; the secret is in the answer alone."""
    require_self(actor, person)
    Authenticator.objects.filter(user_id=person.id, type=Authenticator.Type.TOTP).delete()
    secret = str(generate_totp_secret())
    TOTP.activate(person, secret)
    tell(actor, SecondFactorReplaced(person.id))
    return secret


@action(needs=None)
def note_second_factor(actor: Actor, person: Person, *, what: str) -> None:
    """Tell that a second factor came or went; allauth has written it already."""
    require_self(actor, person)
    tell(actor, SecondFactorChanged(person.id, what=what))
