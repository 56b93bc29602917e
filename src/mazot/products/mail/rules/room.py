# SPDX-License-Identifier: AGPL-3.0-or-later
"""When the people of an address are told that its room fills: at 80 per cent, at 95, and not again until it empties."""

LEVELS = (80, 95)
FORGOTTEN_BELOW = 70


def level_of(used: int, allowed: int | None, *, warned: int) -> int:
    """At how many per cent they were told, after this: more than `warned` when they are to be told now."""
    if not allowed or used * 100 < allowed * FORGOTTEN_BELOW:
        return 0
    return max([warned, *(level for level in LEVELS if used * 100 >= allowed * level)])
