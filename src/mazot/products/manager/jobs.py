# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that follow a deed; a letter may come twice, when the first one was sent and the mark was lost."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from mazot.foundation.facts import Heard
from mazot.foundation.letters import send_letter
from mazot.products.manager.queries.organization import FIELDS, managers_of, organization_by_id
from mazot.products.manager.queries.people import ROLES, membership_by_id
from mazot.tenancy.actions.letters import begin_letter, note_letter
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import MemberRemoved
from mazot.tenancy.jobs import carry_on
from mazot.tenancy.models import Invitation
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import second_factor_due
from mazot.tenancy.queries.leavings import newest_leaving_of, person_by_id
from mazot.tenancy.rules.roles import MANAGERS


def send_role_summary(heard: Heard) -> None:
    """Tell a person by letter that they have another role, and which."""
    membership = membership_by_id(UUID(heard.details["membership_id"]))
    if membership is None or membership.person_id == heard.person_id:
        return
    with translation.override(membership.person.language):
        context = {
            "person": membership.person,
            "by": person_by_id(heard.person_id),
            "organization": membership.organization,
            "reaches_all": heard.details["new_role"] in MANAGERS,
            "old_role": ROLES.get(heard.details["old_role"], heard.details["old_role"]),
            "new_role": ROLES.get(heard.details["new_role"], heard.details["new_role"]),
        }
        subject = render_to_string("manager/letters/role.subject.txt", context)
        text = render_to_string("manager/letters/role.txt", context)
    send_letter(membership.person.login, subject=subject, text=text)


def send_invitation(heard: Heard) -> None:
    """Write the letter of an invitation that waits for one; whoever is told twice gets two letters and one link."""
    system = Actor.system(heard.organization_id, because="an invitation goes out by letter")
    begun = begin_letter(
        system, Invitation(id=UUID(heard.details["invitation_id"]), organization_id=heard.organization_id)
    )
    if begun is None:
        return
    invitation, token = begun
    with translation.override(invitation.language or "en"):
        context = {
            "organization": invitation.organization,
            "inviter": invitation.invited_by,
            "role": ROLES[Role(invitation.role)],
            "link": settings.MAZOT.address + reverse("invitation", args=[token]),
            "until": invitation.expires_at,
        }
        subject = render_to_string("manager/letters/invitation.subject.txt", context)
        text = render_to_string("manager/letters/invitation.txt", context)
    send_letter(invitation.address, subject=subject, text=text)
    note_letter(system, invitation)


def hear_leaving(heard: Heard) -> None:
    """Have a removal, or its undoing, carried out by a worker."""
    leaving = newest_leaving_of(UUID(heard.details["membership_id"]))
    if leaving is not None:
        carry_on.later(str(leaving.id))


def send_leaving_letters(heard: Heard) -> None:
    """Tell the person, and whoever did it, that they were removed or are back; each in their own language."""
    leaving = newest_leaving_of(UUID(heard.details["membership_id"]))
    if leaving is None:
        return
    kind = "removed" if heard.kind == MemberRemoved.kind() else "restored"
    leaver = leaving.membership.person
    readers = [(leaver, "")] if leaver.is_active else []  # a closed account has a letter of its own
    by = person_by_id(heard.person_id)
    if by is not None and by.id != leaver.id:
        readers.append((by, ".by"))
    for reader, which in readers:
        with translation.override(reader.language):
            context = {"leaving": leaving, "person": leaver, "by": by, "organization": leaving.organization}
            name = f"manager/letters/{kind}{which}"
            subject = render_to_string(f"{name}.subject.txt", context)
            send_letter(reader.login, subject=subject, text=render_to_string(f"{name}.txt", context))


def send_security_letter(heard: Heard) -> None:
    """Ask a member by letter to protect their account, in their language."""
    membership = membership_by_id(UUID(heard.details["membership_id"]))
    if membership is None or not membership.is_active or not membership.person.is_active:
        return
    with translation.override(membership.person.language), timezone.override(ZoneInfo(membership.person.time_zone)):
        context = {
            "organization": membership.organization,
            "due": second_factor_due(membership),
            "link": settings.MAZOT.address + reverse("mfa_index"),
        }
        subject = render_to_string("manager/letters/alert.subject.txt", context)
        text = render_to_string("manager/letters/alert.txt", context)
    send_letter(membership.person.login, subject=subject, text=text)


def send_details_summary(heard: Heard) -> None:
    """Tell those who manage the organization which of its details are others now, and who saved them (ORG-3)."""
    organization = organization_by_id(UUID(heard.details["organization_id"]))
    named = [name for name in heard.details["what"] if name in FIELDS]
    if organization is None or not named:
        return
    saver = person_by_id(heard.person_id)
    for person in managers_of(organization.id):
        with translation.override(person.language):
            context = {
                "organization": organization,
                "who": saver.name if saver else "Mazot",
                "fields": [FIELDS[name] for name in named],
                "link": settings.MAZOT.address + reverse("manager:organization"),
            }
            subject = render_to_string("manager/letters/details.subject.txt", context)
            text = render_to_string("manager/letters/details.txt", context)
        send_letter(person.login, subject=subject, text=text)


def send_deletion_summary(heard: Heard) -> None:
    """Tell the person who deleted an organization that it is gone, and that their account is not."""
    person, organization = person_by_id(heard.person_id), organization_by_id(UUID(heard.details["organization_id"]))
    if person is None or organization is None:
        return
    with translation.override(person.language):
        context = {"organization": organization, "link": settings.MAZOT.address}
        subject = render_to_string("manager/letters/deleted.subject.txt", context)
        text = render_to_string("manager/letters/deleted.txt", context)
    send_letter(person.login, subject=subject, text=text)
