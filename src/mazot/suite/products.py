# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rooms of this house. Adding a product is one line here."""

ROOMS = ("drive", "account", "manager", "tickets", "mail")
