# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.tenancy.models.credentials import AppPassword, LoginEvent, Pace
from mazot.tenancy.models.leaving import Leaving, LeavingStep
from mazot.tenancy.models.organizations import Contact, Invitation, Membership, Organization, Team, TeamMember
from mazot.tenancy.models.people import IdentifierChange, Person
from mazot.tenancy.models.products import Grant, Plan, ProductInstance
from mazot.tenancy.models.tokens import ApiToken, IdempotentAnswer, Webhook, WebhookDelivery
from mazot.tenancy.models.transfers import Transfer

__all__ = [
    "ApiToken",
    "AppPassword",
    "Contact",
    "Grant",
    "IdempotentAnswer",
    "IdentifierChange",
    "Invitation",
    "Leaving",
    "LeavingStep",
    "LoginEvent",
    "Membership",
    "Organization",
    "Pace",
    "Person",
    "Plan",
    "ProductInstance",
    "Team",
    "TeamMember",
    "Transfer",
    "Webhook",
    "WebhookDelivery",
]
