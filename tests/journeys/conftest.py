# SPDX-License-Identifier: AGPL-3.0-or-later
"""One browser for all journeys: Playwright cannot be started twice in one process."""

from tests.browser import chromium, house

__all__ = ["chromium", "house"]
