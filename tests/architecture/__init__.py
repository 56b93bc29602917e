# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house rules as tests; each guard is itself tested with a planted violation."""
