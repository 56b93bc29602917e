# SPDX-License-Identifier: AGPL-3.0-or-later
"""From a person or a session to an actor: who they are here and now, and nothing remembered from before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import ALL_SCOPES, Actor
from mazot.tenancy.models import Membership, Organization, Person
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.rights import read_grants


def memberships_of(person: Person) -> list[Membership]:
    """The person's memberships that let them in, by the organization's name (for the switcher)."""
    return list(
        Membership.objects.filter(person_id=person.id, blocked_at__isnull=True, removed_at__isnull=True)
        .select_related("organization")
        .order_by("organization__name", "id")
    )


def organizations_for(person: Person) -> list[Organization]:
    """The organizations the person can act in."""
    return [membership.organization for membership in memberships_of(person)]


def actor_for_person(
    person: Person, organization: Organization | None = None, *, via: str = "web", address: str = ""
) -> Actor:
    """The person in the organization they name, or else in their current one; absent when they are not let in."""
    chosen = choose(memberships_of(person), organization.id if organization else person.current_organization_id)
    if not person.is_active or (organization is not None and (chosen is None or chosen.organization != organization)):
        raise NotFound("not_found", _("There is no such organization for this person."))
    return actor_in(person, chosen, via=via, address=address)


def choose(memberships: Iterable[Membership], wished_id: UUID | None) -> Membership | None:
    """The membership of the wished organization, or else the oldest one."""
    found = sorted(memberships, key=lambda membership: (membership.organization_id != wished_id, membership.joined_at))
    return found[0] if found else None


def actor_in(person: Person, membership: Membership | None, *, via: str, address: str = "") -> Actor:
    """The actor of one request, with the grants as they are now; without membership only the account is theirs."""
    if membership is None:
        return Actor(person.id, None, None, via=via, address=address)
    actor = Actor(
        person_id=person.id,
        organization_id=membership.organization_id,
        role=membership.role,
        membership_id=membership.id,
        via=via,
        address=address,
        scopes=ALL_SCOPES,
        manages_people=is_user_manager(membership),
    )
    return actor if actor.manages_organization else with_grants(actor)


def is_user_manager(membership: Membership) -> bool:
    """Whether a collaborator was entrusted with people; in any other role the mark means nothing."""
    return membership.manages_people and membership.role == Role.COLLABORATOR


def with_grants(actor: Actor) -> Actor:
    """The same actor carrying its grants, so that a page reads them once."""
    return replace(actor, grants=tuple(read_grants(actor)))


def actor_for_session_key(session_key: str, *, via: str = "web", address: str = "") -> tuple[Person, Actor] | None:
    """Who a session cookie stands for, for doors outside Django's handler; none when it opens nothing (any more)."""
    if not session_key:
        return None
    session = SessionStore(session_key).load()
    person = person_of_session(session)
    if person is None:
        return None
    memberships = memberships_of(person)
    if needs_second_factor(person, memberships):
        return None
    membership = choose(memberships, person.current_organization_id)
    return person, actor_in(person, membership, via=via, address=address)


def person_of_session(session: Any) -> Person | None:
    """The active person a session was opened by, if their password is still the one of then."""
    if not session.get(SESSION_KEY) or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = Person.objects.filter(pk=session[SESSION_KEY], is_active=True).first()
    if person is None:
        return None
    seen, expected = session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
    return person if constant_time_compare(seen, expected) else None


def has_second_factor(person: Person) -> bool:
    """Whether signing in takes more than the password (recovery codes alone are no factor)."""
    from allauth.mfa.models import Authenticator

    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=person.id, type__in=kinds).exists())


def needs_second_factor(person: Person, memberships: Iterable[Membership]) -> bool:
    """Whether an organization of theirs asks for two-factor (one is enough) and the person has none yet."""
    return asks_for_second_factor(memberships) and not has_second_factor(person)


def asks_for_second_factor(memberships: Iterable[Membership]) -> bool:
    """Whether one of these organizations asks this member for two-factor by now."""
    return bool(asking(memberships))


def asking(memberships: Iterable[Membership]) -> list[Membership]:
    """The memberships whose organization waits no longer for a second factor."""
    moment = clock.now()
    return [one for one in memberships if (due := second_factor_due(one)) is not None and due <= moment]


def second_factor_due(membership: Membership) -> datetime | None:
    """From when on the organization lets this member in with two-factor only; who joined later has days of grace."""
    organization = membership.organization
    if organization.two_factor_from is None:
        return None
    return max(organization.two_factor_from, membership.joined_at + timedelta(days=organization.two_factor_grace_days))


def second_factor_soon(memberships: Iterable[Membership]) -> Membership | None:
    """The membership whose organization asks for two-factor next, while there is still time."""
    moment = clock.now()
    dues = [(due, one) for one in memberships if (due := second_factor_due(one)) is not None and due > moment]
    return min(dues, key=lambda found: found[0])[1] if dues else None
