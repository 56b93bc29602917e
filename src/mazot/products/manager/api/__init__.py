# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs do with an organization: the same queries and deeds as behind the screens."""

from mazot.products.manager.api import access, invitations, members, organization, products, teams, webhooks

ROUTERS = (
    ("Members", members.router),
    ("Invitations", invitations.router),
    ("Teams", teams.router),
    ("Access", access.router),
    ("Products", products.router),
    ("Organization", organization.router),
    ("Webhooks", webhooks.router),
)
