# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pages and letters about people say: roles, factors, and what access can be given to."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from mazot.exchange.registry import product, products
from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.rights import instances_for
from mazot.tenancy.rights import Right

FACTORS = {Authenticator.Type.TOTP: _("Code"), Authenticator.Type.WEBAUTHN: _("Passkey")}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something access can be given to: one product, or a category with every future one."""

    value: str
    title: str
    rights: list[Right]


def choices_for(actor: Actor) -> list[Choice]:
    """What access can be given to in this organization."""
    found: list[Choice] = []
    for declared in products():
        rights = [right for right in declared.rights if right.grantable]
        if not rights or declared.use is None:
            continue
        title = _("%(product)s: every one, future ones too") % {"product": declared.title}
        found.append(Choice(declared.key, title, rights))
        found += [Choice(str(one.id), one.name, rights) for one in instances_for(actor, declared.use)]
    return found


def title_of(key: str) -> str:
    """The name of a kind of product."""
    declared = product(key)
    return str(declared.title) if declared else key


def member_ever_for(actor: Actor, membership_id: UUID | None) -> Membership:
    """Somebody of the organization, one who was removed as well."""
    here = Membership.objects.filter(organization_id=actor.organization_id).select_related("person")
    found = here.filter(id=membership_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def membership_by_id(membership_id: UUID) -> Membership | None:
    """A membership for a letter about it, wherever it is."""
    return Membership.objects.select_related("person", "organization").filter(id=membership_id).first()
