# SPDX-License-Identifier: AGPL-3.0-or-later
"""Patterns of LIST: `*` stands for anything, `%` for anything within a level (RFC 9051 section 6.3.9)."""

import re


class Pattern:
    """One pattern, tried against many names.

    All places of the pattern that a name may have reached are bits of one number, so that a name costs its length
    however many wildcards there are: a regular expression would take for ever over `*a*a*a*b`.
    """

    def __init__(self, text: str) -> None:
        text = re.sub(r"[*%]*\*[*%]*", "*", re.sub(r"%+", "%", text))
        first, slash, rest = text.partition("/")
        if first.upper() == "INBOX":
            text = "INBOX" + slash + rest
        self._letters: dict[str, int] = {}
        self._anything = self._within = 0
        for place, letter in enumerate(text):
            if letter == "*":
                self._anything |= 1 << place
            elif letter == "%":
                self._within |= 1 << place
            else:
                self._letters[letter] = self._letters.get(letter, 0) | 1 << place
        self._end = 1 << len(text)

    def fits(self, name: str) -> bool:
        wild = self._anything | self._within
        reached = 1 | (1 & wild) << 1
        for letter in name:
            stays = self._anything if letter == "/" else wild
            reached = (reached & self._letters.get(letter, 0)) << 1 | reached & stays
            reached |= (reached & wild) << 1  # a wildcard may stand for nothing; two never stand side by side
            if not reached:
                return False
        return bool(reached & self._end)
