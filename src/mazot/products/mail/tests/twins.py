# SPDX-License-Identifier: AGPL-3.0-or-later
"""A store as plain dictionaries, changed by the same deeds as a real one: what IMAP's RFCs say, without a database."""

from dataclasses import dataclass, field, replace

ROOM = 3000  # bytes
SIZE = 200  # of each letter
SEEN, DELETED = 1, 8


class Refusal(Exception):
    """The deed is refused, and nothing has changed."""


@dataclass(frozen=True)
class Entry:
    letter: int
    flags: int = 0
    keywords: frozenset[str] = frozenset()


@dataclass
class Box:
    uidnext: int = 1
    entries: dict[int, Entry] = field(default_factory=dict)

    def add(self, entry: Entry) -> int:
        self.entries[self.uidnext] = entry
        self.uidnext += 1
        return self.uidnext - 1


class Twin:
    """One store: its mailboxes by name, and the letters that were let go, by the name they were last under."""

    def __init__(self) -> None:
        self.boxes = {name: Box() for name in ("INBOX", "Drafts", "Sent", "Spam", "Trash", "Archive")}
        self.gone: dict[int, str] = {}
        self.letters = 0

    def shown(self) -> set[int]:
        return {entry.letter for box in self.boxes.values() for entry in box.entries.values()}

    def used(self) -> int:
        return SIZE * len(self.shown())

    def _new_letter(self) -> int:
        if self.used() + SIZE > ROOM:
            raise Refusal
        self.letters += 1
        return self.letters

    def append(self, name: str, flags: int, keywords: frozenset[str]) -> int:
        return self.boxes[name].add(Entry(self._new_letter(), flags, keywords))

    def deliver(self, names: list[str], *, create: bool) -> None:
        letter = self._new_letter()
        for name in dict.fromkeys(name if name in self.boxes or create else "INBOX" for name in names):
            self.make(name, unless_there=True)
            self.boxes[name].add(Entry(letter))

    def mark(self, name: str, uids: list[int], mode: str, flags: int, keywords: frozenset[str]) -> set[int]:
        """Answer which changed."""
        changed = set()
        entries = self.boxes[name].entries
        for uid in set(uids) & set(entries):
            old = entries[uid]
            if mode == "set":
                new = replace(old, flags=flags, keywords=keywords)
            elif mode == "add":
                new = replace(old, flags=old.flags | flags, keywords=old.keywords | keywords)
            else:
                new = replace(old, flags=old.flags & ~flags, keywords=old.keywords - keywords)
            entries[uid] = new
            if new != old:
                changed.add(uid)
        return changed

    def copy(self, name: str, uids: list[int], to: str) -> list[tuple[int, int]]:
        found = [uid for uid in sorted(set(uids)) if uid in self.boxes[name].entries]
        return [(uid, self.boxes[to].add(self.boxes[name].entries[uid])) for uid in found]

    def move(self, name: str, uids: list[int], to: str) -> list[tuple[int, int]]:
        pairs = self.copy(name, uids, to)
        for uid, _new in pairs:
            del self.boxes[name].entries[uid]
        return pairs

    def expunge(self, name: str, uids: list[int] | None) -> list[int]:
        entries = self.boxes[name].entries
        going = [uid for uid in sorted(entries) if entries[uid].flags & DELETED and (uids is None or uid in uids)]
        letters = [entries.pop(uid).letter for uid in going]
        self._let_go(letters, name)
        return going

    def _let_go(self, letters: list[int], name: str) -> None:
        for letter in sorted(set(letters) - self.shown()):
            if SIZE * (len(self.gone) + 1) <= ROOM:
                self.gone[letter] = name

    def restore(self) -> None:
        if self.used() + SIZE * len(self.gone) > ROOM:
            raise Refusal
        for letter, name in sorted(self.gone.items()):
            self.make(name, unless_there=True)
            self.boxes[name].add(Entry(letter, SEEN))
        self.gone.clear()

    def make(self, name: str, *, unless_there: bool = False) -> None:
        if name in self.boxes:
            if unless_there:
                return
            raise Refusal
        levels = name.split("/")
        for depth in range(1, len(levels) + 1):
            self.boxes.setdefault("/".join(levels[:depth]), Box())

    def rename(self, name: str, to: str) -> None:
        if name == "INBOX":
            self.make(to)
            self.move(name, [*self.boxes[name].entries], to)
            return
        if name == to:
            return
        goes = {old: to + old[len(name) :] for old in self.boxes if old == name or old.startswith(f"{name}/")}
        if to.startswith(f"{name}/") or any(new in self.boxes and new not in goes for new in goes.values()):
            raise Refusal
        moved = {new: self.boxes[old] for old, new in goes.items()}
        self.boxes = {old: box for old, box in self.boxes.items() if old not in goes} | moved
        if "/" in to:
            self.make(to.rsplit("/", 1)[0], unless_there=True)

    def remove(self, name: str) -> None:
        if name == "INBOX":
            raise Refusal
        box = self.boxes.pop(name)
        self._let_go([entry.letter for entry in box.entries.values()], name)
