# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delete an organization, once nothing and nobody else is left in it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Refused
from mazot.foundation.facts import tell
from mazot.foundation.text import folded
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actions.products import end_product
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import OrganizationDeleted
from mazot.tenancy.manage import REPRESENT
from mazot.tenancy.models import ApiToken, Invitation, Membership, Organization, Person, ProductInstance, Webhook
from mazot.tenancy.queries.endings import reasons_against_deleting
from mazot.tenancy.rights import action


@action(needs=REPRESENT)
def delete_organization(
    actor: Actor, organization: Organization, *, login: str, ending: Sequence[ProductInstance] = ()
) -> Organization:
    """Close the organization for good: `ending` are the products ended on the way, `login` is one's own, typed.

    Accounts stay, the deleting person's too. What was written down about the organization stays for the operator.
    """
    organization = lock_organization(actor, organization.id)
    person = Person.objects.get(id=actor.person_id)
    if folded(login) != person.login:
        raise Refused("wrong_login", _("Type your own login identifier; nothing was deleted."), field="login")
    for instance in ending:
        if instance.organization_id == organization.id:
            end_product(actor, instance)
    for reason in reasons_against_deleting(organization):
        raise reason
    moment = clock.now()
    tell(actor, OrganizationDeleted(organization.id, name=organization.name))
    Invitation.objects.filter(organization=organization, accepted_at=None, revoked_at=None, declined_at=None).update(
        revoked_at=moment
    )
    ApiToken.objects.filter(organization=organization, revoked_at=None).update(revoked_at=moment)
    Webhook.objects.filter(organization=organization, ended_at=None).update(ended_at=moment)
    Person.objects.filter(current_organization=organization).update(current_organization=None)
    # Rule X-1 ends with the organization: this is the one place where its last representative goes.
    Membership.objects.filter(organization=organization, removed_at=None).update(removed_at=moment)
    organization.deleted_at = moment
    organization.save(update_fields=["deleted_at"])
    return organization
