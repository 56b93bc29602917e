# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may give which role to whom: values in, answer out."""

LEGAL_REPRESENTATIVE = "legal_representative"
ADMINISTRATOR = "administrator"
MANAGERS = frozenset({LEGAL_REPRESENTATIVE, ADMINISTRATOR})
MANAGED = frozenset({"collaborator", "external"})


def may_touch(actor_role: str | None, *roles: str, manages_people: bool = False) -> bool:
    """Whether somebody in this role may make, change, block or remove somebody in these roles.

    Only a legal representative makes a legal representative or changes one; administrators manage everybody else; a
    user manager manages collaborators and externals.
    """
    if LEGAL_REPRESENTATIVE in roles:
        return actor_role == LEGAL_REPRESENTATIVE
    return actor_role in MANAGERS or (manages_people and MANAGED.issuperset(roles))
