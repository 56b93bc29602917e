# SPDX-License-Identifier: AGPL-3.0-or-later
"""How products meet without knowing each other: the declaration each makes, the registry, ports and facts."""
