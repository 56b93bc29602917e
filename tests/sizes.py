# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many cases a generated test makes: few in every run, many with MAZOT_CASES=full."""

import os

IS_FULL = os.environ.get("MAZOT_CASES") == "full"


def cases(few: int, full: int) -> int:
    return full if IS_FULL else few
