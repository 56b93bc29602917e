# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an API token can open, in words its maker ticks. A token never opens more than its maker may do themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.foundation.errors import Invalid


@dataclass(frozen=True, slots=True)
class Scope:
    """One area of the API: "people" reads and writes, "people:read" only reads."""

    key: str
    title: str | Promise
    sentence: str | Promise
    is_personal: bool = False  # about the maker alone, so never in a token of the organization
    only_read: bool = False


SCOPES = (
    Scope("people", gettext_lazy("Users"), gettext_lazy("Members, their roles, and invitations.")),
    Scope("teams", gettext_lazy("Work teams"), gettext_lazy("Teams and who is in them.")),
    Scope("access", gettext_lazy("Access"), gettext_lazy("Who may use which product, and why.")),
    Scope("products", gettext_lazy("Products"), gettext_lazy("The products and who reaches them."), only_read=True),
    Scope("organization", gettext_lazy("Organization"), gettext_lazy("The organization's details.")),
    Scope("activity", gettext_lazy("Activity log"), gettext_lazy("What was done, when and by whom."), only_read=True),
    Scope("webhooks", gettext_lazy("Webhooks"), gettext_lazy("Addresses that are told what happens.")),
    Scope(
        "profile",
        gettext_lazy("Your account"),
        gettext_lazy("Your profile, application passwords and tokens."),
        is_personal=True,
    ),
)


def scope_keys(*, of_organization: bool) -> list[str]:
    """Every scope that a token of this kind can have."""
    usable = [scope for scope in SCOPES if not (of_organization and scope.is_personal)]
    return [f"{scope.key}:read" for scope in usable] + [scope.key for scope in usable if not scope.only_read]


def checked_token_scopes(wanted: Iterable[str], *, of_organization: bool) -> list[str]:
    """The scopes as they are kept: each area once, the wider of two; refused when unknown or none."""
    chosen, known = set(wanted), set(scope_keys(of_organization=of_organization))
    if not chosen:
        raise Invalid("no_scope", _("Choose at least one thing that this token opens."), field="scopes")
    if unknown := sorted(chosen - known):
        raise Invalid("unknown_scope", _("A token cannot open this."), field="scopes", scope=unknown[0][:40])
    return sorted(scope for scope in chosen if scope.partition(":")[0] not in chosen - {scope})
