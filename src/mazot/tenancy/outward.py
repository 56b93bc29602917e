# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which facts of an organization may be told to addresses outside, and what of them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation.facts import Fact
from mazot.tenancy import facts

EVERYTHING = "*"
TEST = "webhook.test"

AREAS: tuple[tuple[str, str | Promise, tuple[type[Fact], ...]], ...] = (
    (
        "people",
        _("Users and invitations"),
        (
            facts.MemberInvited,
            facts.InvitationRevoked,
            facts.MemberJoined,
            facts.RoleChanged,
            facts.MemberBlocked,
            facts.MemberUnblocked,
            facts.MemberRemoved,
            facts.MemberRestored,
        ),
    ),
    ("teams", _("Work teams"), (facts.TeamMade, facts.TeamChanged, facts.TeamRemoved)),
    ("access", _("Product access"), (facts.RightsGranted, facts.RightsTaken)),
    ("products", _("Products"), (facts.ProductOpened, facts.ProductEnded)),
    ("organization", _("The organization's details"), (facts.DetailsChanged,)),
)
TOLD = tuple(fact for _key, _title, area in AREAS for fact in area)
KINDS = tuple(fact.kind() for fact in TOLD)

# Names and addresses of people stay inside: whoever is told asks the API for them, with a token that may.
_SAID = {"role", "old_role", "new_role", "product_key", "rights", "what"}


def said_outside(details: dict[str, Any]) -> dict[str, Any]:
    """What a fact's details tell outside: identifiers and words of the program."""
    return {name: value for name, value in details.items() if name.endswith("_id") or name in _SAID}
