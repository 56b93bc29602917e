# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is at an address, and who could be."""

from uuid import UUID

from django.db.models import QuerySet

from mazot.foundation.errors import NotFound
from mazot.products.mail.models import Address, Invited, Sharing
from mazot.products.mail.rules.addressing import shown_domain
from mazot.tenancy.models import Invitation, Membership, Person
from mazot.tenancy.queries.people import found_by


def is_login_of_somebody(address: Address) -> UUID | None:
    """Whose login identifier has the very letters of this address; none when nobody's."""
    names = {str(address), f"{address.local}@{shown_domain(address.service.domain)}"}
    return Person.objects.filter(login__in=names).values_list("id", flat=True).first()


def sharings_of(address: Address) -> list[Sharing]:
    """The people at an address: those who keep it first, then by name."""
    found = Sharing.objects.filter(address=address).select_related("person", "address__service")
    return list(found.order_by("-is_keeper", "person__family_name", "person__given_name", "id"))


def sharing_of(address: Address, sharing_id: UUID) -> Sharing:
    found = Sharing.objects.filter(address=address, id=sharing_id).select_related("person", "address__service").first()
    if found is None:
        raise NotFound("not_found")
    return found


def members_to_let_in(address: Address, words: str = "") -> QuerySet[Membership]:
    """Members of the organization who are not at the address yet."""
    there = Sharing.objects.filter(address=address).values("person_id")
    return members_of(address.organization_id, words).exclude(person_id__in=there)


def members_of(organization_id: UUID, words: str = "") -> QuerySet[Membership]:
    """Members who may come in, by words of their name or login."""
    members = Membership.objects.filter(
        organization_id=organization_id,
        blocked_at__isnull=True,
        removed_at__isnull=True,
        person__is_active=True,
    ).select_related("person")
    return found_by(members, words).order_by("person__family_name", "person__given_name", "id")


def invited_to(address: Address) -> list[Invited]:
    """Who was invited from outside and has not come yet."""
    return list(Invited.objects.filter(address=address).order_by("invited_at", "id"))


def invited_at(address: Address, invited_id: UUID) -> Invited:
    found = Invited.objects.filter(address=address, id=invited_id).select_related("address").first()
    if found is None:
        raise NotFound("not_found")
    return found


def who_joined(membership_id: UUID) -> tuple[Membership, set[str]] | None:
    """A member, and the addresses to which the letters went that they joined with."""
    member = Membership.objects.select_related("person").filter(id=membership_id, removed_at__isnull=True).first()
    if member is None:
        return None
    letters = Invitation.objects.filter(organization_id=member.organization_id, accepted_by_id=member.person_id)
    return member, {*letters.values_list("address", flat=True)}
