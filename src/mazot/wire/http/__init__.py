# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small grammars of HTTP that more than one head speaks."""
