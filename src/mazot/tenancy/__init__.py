# SPDX-License-Identifier: AGPL-3.0-or-later
"""People, organizations and what each may do: one set of rights under every product.

Nouns: person (one login), organization, membership (a person's role in one organization), team, product instance (one
Drive of one organization, on a plan), grant (a right given to a member or a team), application password, actor (who
does something, through which door, in which organization).
Invariants: an organization always has a legal representative who can act; a role belongs to a membership and never to
a person; legal representatives and administrators need no grants; what is not granted is refused.
"""
