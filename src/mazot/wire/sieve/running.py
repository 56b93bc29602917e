# SPDX-License-Identifier: AGPL-3.0-or-later
"""The state of one run of a script: what it remembers, what it has decided, and how much it may still do."""

import re
from collections.abc import Iterable

from mazot.wire.sieve.comparing import Captured
from mazot.wire.sieve.expanding import expanded
from mazot.wire.sieve.faults import (
    MOST_COMPARED,
    MOST_DEEDS,
    MOST_REDIRECTS,
    MOST_STEPS,
    MOST_TEXT,
    MOST_VARIABLES,
    RunError,
)
from mazot.wire.sieve.letter import Letter
from mazot.wire.sieve.outcome import Context, Deed, Edit, FileInto, Keep, Redirect, Reject, Vacation
from mazot.wire.sieve.tree import Node, Script

SYSTEM_FLAGS = {flag.lower(): flag for flag in ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")}
MOST_FLAGS = 64

_KEYWORD = re.compile(r"[!#$&',\-./0-9:;<=>?@A-Z\[^_`a-z|}~+]{1,64}")


class Frame:
    """One script of a run, with the variables of its own, and those it shares with the others."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.variables: dict[str, str] = {}
        self.shared: set[str] = set()

    @property
    def has_variables(self) -> bool:
        return "variables" in self.script.required


class Run:
    """A letter on its way through a script and those it includes."""

    def __init__(self, script: Script, letter: Letter, context: Context) -> None:
        self.letter = letter
        self.context = context
        self.frames = [Frame(script)]
        self.globals: dict[str, str] = {}
        self.captured: Captured = ()
        self.flags: list[str] = []
        self.keeps = True  # the implicit keep, until a deed takes its place
        self.deeds: list[Deed] = []
        self.edits: list[Edit] = []
        self.remembered: dict[str, int] = {}
        self.included: set[tuple[str, str]] = set()
        self.includes = 0
        self._steps = 0
        self._compared = 0

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def step(self, node: Node) -> None:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise RunError(node.line, f"This script takes more than {MOST_STEPS} steps.")

    def charge(self, node: Node, letters: int) -> None:
        self._compared += letters
        if self._compared > MOST_COMPARED:
            raise RunError(node.line, "This script compares more than a letter is worth.")

    def say(self, text: str) -> str:
        """A string with its variables put in, where the script has variables."""
        return expanded(text, self.value_of) if self.frame.has_variables else text

    def say_all(self, texts: Iterable[str]) -> list[str]:
        return [self.say(text) for text in texts]

    def value_of(self, name: str) -> str:
        if name.isdigit():
            return self.captured[int(name)] if int(name) < len(self.captured) else ""
        if name.startswith("global."):
            return self.globals.get(name.removeprefix("global."), "")
        return (self.globals if name in self.frame.shared else self.frame.variables).get(name, "")

    def set(self, node: Node, name: str, value: str) -> None:
        name = name.lower()
        kept = self.globals if name in self.frame.shared else self.frame.variables
        if name not in kept and len(self.globals) + sum(len(one.variables) for one in self.frames) >= MOST_VARIABLES:
            raise RunError(node.line, f"A script has at most {MOST_VARIABLES} variables.")
        kept[name] = value[:MOST_TEXT]

    def flags_in(self, node: Node, name: str) -> list[str]:
        return flags_of(node, [self.value_of(name.lower())])

    def told_flags(self, node: Node) -> tuple[str, ...]:
        """What a keep or a filing sets: its own flags, or those the script has gathered."""
        if "flags" in node.told:
            return tuple(flags_of(node, self.say_all(node.told["flags value"])))
        return tuple(self.flags)

    def remember(self, key: str, seconds: int) -> None:
        self.remembered[key] = seconds

    def decide(self, node: Node, deed: Deed) -> None:
        """Add a deed; a letter is not refused and kept at once, nor answered twice (RFC 5429 section 2.4)."""
        if deed in self.deeds:
            return
        if len(self.deeds) >= MOST_DEEDS:
            raise RunError(node.line, f"A script does at most {MOST_DEEDS} things with a letter.")
        if isinstance(deed, Redirect) and sum(isinstance(one, Redirect) for one in self.deeds) >= MOST_REDIRECTS:
            raise RunError(node.line, f"A letter is redirected to at most {MOST_REDIRECTS} addresses.")
        if isinstance(deed, Vacation) and any(isinstance(one, Vacation) for one in self.deeds):
            raise RunError(node.line, "A letter is answered by one vacation.")
        others = (Keep, FileInto, Redirect, Vacation)
        kinds = [type(one) for one in (*self.deeds, deed)]
        if Reject in kinds and any(kind in kinds for kind in others):
            raise RunError(node.line, "A letter that is rejected is not kept, passed on or answered.")
        self.deeds.append(deed)


def flags_of(node: Node, told: Iterable[str]) -> list[str]:
    """The flags that some strings name, each once; what cannot be a flag is left out (RFC 5232 section 2)."""
    found: dict[str, str] = {}
    for text in told:
        for flag in text.split():
            known = SYSTEM_FLAGS.get(flag.lower()) or (flag if _KEYWORD.fullmatch(flag) else "")
            if known:
                found.setdefault(known.lower(), known)
    if len(found) > MOST_FLAGS:
        raise RunError(node.line, f"A letter has at most {MOST_FLAGS} flags.")
    return list(found.values())
