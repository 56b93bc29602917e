# SPDX-License-Identifier: AGPL-3.0-or-later
"""Manager: where an organization looks after its people, teams, products and security.

Nouns: member (a person in this organization), invitation (a letter that lets somebody join), work team (people who get
products together), access (what a member or team may do with which product, and why).
Invariants: everything here is about the current organization; nothing is decided here, the verbs and rights are those
of tenancy; a collaborator or external sees none of it.
"""
