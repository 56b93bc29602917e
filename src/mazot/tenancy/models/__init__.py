# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.tenancy.models.credentials import AppPassword, LoginEvent, Pace
from mazot.tenancy.models.organizations import Invitation, Membership, Organization, Team, TeamMember
from mazot.tenancy.models.people import Person
from mazot.tenancy.models.products import Grant, Plan, ProductInstance

__all__ = [
    "AppPassword",
    "Grant",
    "Invitation",
    "LoginEvent",
    "Membership",
    "Organization",
    "Pace",
    "Person",
    "Plan",
    "ProductInstance",
    "Team",
    "TeamMember",
]
