# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that follow a deed; a letter may come twice, when the first one was sent and the mark was lost."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from mazot.foundation.facts import Heard
from mazot.foundation.letters import send_letter
from mazot.products.manager.queries.organization import FIELDS, managers_of, organization_by_id
from mazot.products.manager.queries.people import membership_by_id
from mazot.tenancy.actions.letters import begin_letter, note_letter
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import MemberRemoved
from mazot.tenancy.jobs import carry_on
from mazot.tenancy.models import Invitation, Person
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import second_factor_due
from mazot.tenancy.queries.leavings import newest_leaving_of
from mazot.tenancy.queries.people import person_by_id
from mazot.tenancy.queries.sentences import ROLES
from mazot.tenancy.queries.webhooks import last_try_of, webhook_by_id
from mazot.tenancy.rules.roles import MANAGERS


def send_role_summary(heard: Heard) -> None:
    """Tell a person by letter that they have another role, and which."""
    membership = membership_by_id(UUID(heard.details["membership_id"]))
    if membership is None or membership.person_id == heard.person_id:
        return
    _write(
        membership.person,
        "role",
        by=person_by_id(heard.person_id),
        organization=membership.organization,
        reaches_all=heard.details["new_role"] in MANAGERS,
        old_role=ROLES.get(heard.details["old_role"], heard.details["old_role"]),
        new_role=ROLES.get(heard.details["new_role"], heard.details["new_role"]),
    )


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
        _write(reader, f"{kind}{which}", leaving=leaving, person=leaver, by=by, organization=leaving.organization)


def send_security_letter(heard: Heard) -> None:
    """Ask a member by letter to protect their account, in their language."""
    membership = membership_by_id(UUID(heard.details["membership_id"]))
    if membership is None or not membership.is_active or not membership.person.is_active:
        return
    link = settings.MAZOT.address + reverse("mfa_index")
    due = second_factor_due(membership)
    _write(membership.person, "alert", organization=membership.organization, due=due, link=link)


def send_details_summary(heard: Heard) -> None:
    """Tell those who manage the organization which of its details are others now, and who saved them (ORG-3)."""
    organization = organization_by_id(UUID(heard.details["organization_id"]))
    named = [name for name in heard.details["what"] if name in FIELDS]
    if organization is None or not named:
        return
    saver, fields = person_by_id(heard.person_id), [FIELDS[name] for name in named]
    who, link = saver.name if saver else "Mazot", settings.MAZOT.address + reverse("manager:organization")
    for person in managers_of(organization.id):
        _write(person, "details", organization=organization, who=who, fields=fields, link=link)


def send_deletion_summary(heard: Heard) -> None:
    """Tell the person who deleted an organization that it is gone, and that their account is not."""
    person, organization = person_by_id(heard.person_id), organization_by_id(UUID(heard.details["organization_id"]))
    if person is None or organization is None:
        return
    _write(person, "deleted", organization=organization, link=settings.MAZOT.address)


def send_webhook_notice(heard: Heard) -> None:
    """Tell those who manage the organization that a webhook takes nothing, unless it does again or is ended."""
    webhook = webhook_by_id(UUID(heard.details["webhook_id"]))
    if webhook is None or webhook.ended_at or webhook.failing_since is None:
        return
    last = last_try_of(webhook)
    told = {
        "organization": webhook.organization,
        "host": urlsplit(webhook.url).hostname,  # not the rest, where receivers have their secrets
        "status": last.status if last else 0,
        "link": settings.MAZOT.address + reverse("manager:webhook", args=[webhook.id]),
    }
    for person in managers_of(webhook.organization_id):
        _write(person, "webhook", **told)


def _write(reader: Person, letter: str, **context: Any) -> None:
    """Send one of the manager's letters, in the language and the time of its reader."""
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        context = {"person": reader} | context
        subject = render_to_string(f"manager/letters/{letter}.subject.txt", context)
        text = render_to_string(f"manager/letters/{letter}.txt", context)
    send_letter(reader.login, subject=subject, text=text)
