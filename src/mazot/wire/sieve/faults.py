# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with a script, and where; and the limits that keep one script from holding a server up."""

MOST_SOURCE = 128 << 10  # bytes of one script
MOST_DEPTH = 24  # blocks in blocks, tests in tests
MOST_WORDS = 20_000  # tokens of one script
MOST_LIST = 1_000  # strings of one list
MOST_TEXT = 16 << 10  # letters a string grows to when its variables are put in (RFC 5229 section 3 asks for 4,000)
MOST_PATTERN = 1_000  # letters
MOST_VARIABLES = 128
MOST_STEPS = 20_000  # commands and tests of one run, included scripts too
MOST_COMPARED = 20_000_000  # letters that one run compares
MOST_DEEDS = 64
MOST_REDIRECTS = 4
MOST_EDITS = 64
MOST_INCLUDED = 30  # scripts in one run
MOST_INCLUDE_DEPTH = 10
LONGEST_REASON = 300  # letters; a reason quotes the script, which may have anything in its strings


def in_one_line(reason: str) -> str:
    """A reason as a log and an answer of one line take it."""
    return "".join(one if one.isprintable() else " " for one in " ".join(reason.split()))[:LONGEST_REASON]


class SieveError(Exception):
    """A script that cannot run as it is written: the line, and one sentence."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, in_one_line(reason)
        super().__init__(f"line {line}: {self.reason}")


class RunError(Exception):
    """A script that went wrong on a letter: the letter is kept, and its owner can read why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, in_one_line(reason)
        super().__init__(f"line {line}: {self.reason}")
