# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that follow a deed; a letter may come twice, when the first one was sent and the mark was lost."""

from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from mazot.foundation.facts import Heard
from mazot.foundation.letters import send_letter
from mazot.products.manager.queries.people import ROLES, membership_by_id


def send_role_summary(heard: Heard) -> None:
    """Tell a person by letter that they have another role, and which."""
    membership = membership_by_id(UUID(heard.details["membership_id"]))
    if membership is None or membership.person_id == heard.person_id:
        return
    with translation.override(membership.person.language):
        context = {
            "person": membership.person,
            "organization": membership.organization,
            "old_role": ROLES.get(heard.details["old_role"], heard.details["old_role"]),
            "new_role": ROLES.get(heard.details["new_role"], heard.details["new_role"]),
        }
        subject = render_to_string("manager/letters/role.subject.txt", context)
        text = render_to_string("manager/letters/role.txt", context)
    send_letter(membership.person.login, subject=subject, text=text)
