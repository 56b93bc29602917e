# SPDX-License-Identifier: AGPL-3.0-or-later
"""Members and teams of the actor's organization, and what a person sees of their own account."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q, QuerySet

from mazot.foundation.errors import NotFound
from mazot.foundation.text import sought
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import MANAGE_PEOPLE, SEE_PEOPLE
from mazot.tenancy.models import ApiToken, AppPassword, Grant, LoginEvent, Membership, Organization, Person, Team
from mazot.tenancy.queries.rights import holds


def members_for(actor: Actor) -> QuerySet[Membership]:
    """Who belongs to the organization: all for those who manage, those who are let in for the others, oneself only
    for an external."""
    here = Organization(id=actor.organization_id)
    members = (
        Membership.objects.filter(organization_id=actor.organization_id, removed_at__isnull=True)
        .select_related("person")
        .order_by("person__family_name", "person__given_name", "id")
    )
    if holds(actor, MANAGE_PEOPLE, here):
        return members
    if holds(actor, SEE_PEOPLE, here):
        return members.filter(Q(blocked_at__isnull=True) | Q(id=actor.membership_id))
    return members.filter(id=actor.membership_id)


def found_by(members: QuerySet[Membership], words: str) -> QuerySet[Membership]:
    """Those of the members whose name or login has every one of the words, however they are accented."""
    for word in sought(words).split()[:5]:
        members = members.filter(person__sought__contains=word)
    return members


def member_for(actor: Actor, membership_id: UUID) -> Membership:
    """One member; one the actor does not see is absent."""
    found = members_for(actor).filter(id=membership_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def removed_members_for(actor: Actor) -> QuerySet[Membership]:
    """Who was removed and can be brought back, for those who manage."""
    gone = Membership.objects.filter(organization_id=actor.organization_id, removed_at__isnull=False)
    if not holds(actor, MANAGE_PEOPLE, Organization(id=actor.organization_id)):
        return gone.none()
    return gone.select_related("person").order_by("-removed_at")


def teams_for(actor: Actor) -> QuerySet[Team]:
    """The organization's teams; an external sees those they are in."""
    here = Organization(id=actor.organization_id)
    teams = Team.objects.filter(organization_id=actor.organization_id).order_by("name")
    return teams if holds(actor, SEE_PEOPLE, here) else teams.filter(members__membership_id=actor.membership_id)


def team_for(actor: Actor, team_id: UUID) -> Team:
    """One team; one the actor does not see is absent."""
    found = teams_for(actor).filter(id=team_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def grants_for(actor: Actor, holder: Membership | Team) -> QuerySet[Grant]:
    """What a member or a team was granted, for those who manage people."""
    grants = Grant.objects.filter(organization_id=actor.organization_id).select_related("instance")
    if not holds(actor, MANAGE_PEOPLE, Organization(id=actor.organization_id)):
        return grants.none()
    return grants.filter(membership=holder) if isinstance(holder, Membership) else grants.filter(team=holder)


def person_for(actor: Actor) -> Person:
    """The person behind the actor."""
    found = Person.objects.filter(id=actor.person_id, is_active=True).first()
    if found is None:
        raise NotFound("not_found")
    return found


def photo_for(actor: Actor, person_id: UUID, digest: str) -> str:
    """The photo of the actor, or of somebody they share an organization with; anybody else's is absent."""
    mine = Membership.objects.filter(person_id=actor.person_id, removed_at__isnull=True, blocked_at__isnull=True)
    known = Membership.objects.filter(organization__in=mine.values("organization"), removed_at__isnull=True)
    people = Person.objects.filter(id=person_id, photo_digest=digest).exclude(photo_digest="")
    if not people.filter(Q(id=actor.person_id) | Q(id__in=known.values("person"))).exists():
        raise NotFound("not_found")
    return digest


def photos_in_use() -> Iterator[str]:
    """The digest of everybody's photo, for the sweep."""
    yield from Person.objects.exclude(photo_digest="").values_list("photo_digest", flat=True).iterator()


def tokens_of(actor: Actor) -> QuerySet[ApiToken]:
    """The API tokens that the person has made, in every organization of theirs, newest first."""
    live = ApiToken.objects.filter(membership__person_id=actor.person_id, revoked_at__isnull=True)
    return live.select_related("organization").order_by("-created_at")


def app_passwords_for(actor: Actor) -> QuerySet[AppPassword]:
    """The application passwords of the person themselves that still open something, newest first."""
    return AppPassword.objects.filter(person_id=actor.person_id, revoked_at__isnull=True).order_by("-created_at")


def app_password_for(actor: Actor, app_password_id: UUID) -> AppPassword:
    """One application password of the person themselves."""
    found = app_passwords_for(actor).filter(id=app_password_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def logins_for(actor: Actor) -> QuerySet[LoginEvent]:
    """The login history of the person themselves, newest first."""
    return LoginEvent.objects.filter(person_id=actor.person_id).order_by("-at")


def person_by_id(person_id: UUID | None) -> Person | None:
    """One active person, for a letter to them."""
    return Person.objects.filter(id=person_id, is_active=True).first()


def login_by_id(event_id: UUID) -> LoginEvent | None:
    """One try to come in, with the person, for the letter about it."""
    return LoginEvent.objects.filter(id=event_id).select_related("person").first()


def organization_for(actor: Actor) -> Organization:
    """The organization the actor acts in."""
    found = Organization.objects.filter(id=actor.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
