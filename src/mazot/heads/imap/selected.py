# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mailbox a session has open, as the client knows it: message numbers shift only when the client was told."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from sys import byteorder

from mazot.products.mail.queries.placements import Changes, View
from mazot.products.mail.queries.sessions import OpenMailbox, names_of
from mazot.products.mail.queries.shared import SharedStore
from mazot.wire.imap.responses import flag_list, untagged
from mazot.wire.imap.sets import NumberSet, written_set


@lru_cache(4096)
def flags_written(flags: int, keywords: str) -> bytes:
    """A list of flags as FETCH tells it; few are different."""
    return flag_list(names_of(flags, keywords))


class Selected:
    """A view that follows the mailbox, and what is still to be told of it."""

    def __init__(self, mailbox: OpenMailbox, view: View, *, reads_only: bool) -> None:
        self.mailbox, self.reads_only = mailbox, reads_only
        self.name: str = mailbox.name  # as this session sees it
        self.shared: SharedStore | None = None  # where it lies, when not in the address that was opened
        self.uids, self.flags, self.modseqs, self.keywords = view.uids, view.flags, view.modseqs, view.keywords
        self.uidvalidity, self.uidnext, self.modseq = view.uidvalidity, view.uidnext, view.highest_modseq
        self.gone: set[int] = set()  # UIDs that left and still have their number
        self.told: set[int] = set()  # UIDs whose new flags or mod-sequence the client has not heard
        self.n_told = len(view.uids)
        self.saved: list[int] = []  # what $ stands for (RFC 5182), by UID

    @property
    def count(self) -> int:
        return len(self.uids)

    def at(self, uid: int) -> int | None:
        """Where a UID stands in the row, counted from 0."""
        found = bisect_left(self.uids, uid)
        return found if found < len(self.uids) and self.uids[found] == uid else None

    def having(self, bit: int) -> bytes:
        """For each place whether it has that flag: not a number is made for ten thousand of them."""
        which, within = divmod(bit.bit_length() - 1, 8)
        width = self.flags.itemsize
        plane = self.flags.tobytes()[which if byteorder == "little" else width - 1 - which :: width]
        return plane.translate(bytes(value >> within & 1 for value in range(256)))

    def number(self, uid: int) -> int:
        return bisect_left(self.uids, uid) + 1

    def places(self, numbers: NumberSet, *, by_uid: bool) -> list[int]:
        """Which places of the row a set means; ValueError for a message number that there is not."""
        if numbers.is_saved:
            return [place for uid in self.saved if (place := self.at(uid)) is not None]
        if by_uid:
            largest = self.uids[-1] if self.uids else max(self.uidnext - 1, 0)
            return [
                place
                for low, high in numbers.merged(largest)
                for place in range(bisect_left(self.uids, low), bisect_left(self.uids, high + 1))
            ]
        if not self.uids and numbers.has_star:
            return []  # RFC 9051 section 9 would have BAD; programs ask 1:* of every mailbox they open
        if numbers.highest > self.count:
            raise ValueError(numbers.highest)
        return [place for low, high in numbers.merged(self.count) for place in range(low - 1, high)]

    def flags_at(self, place: int) -> bytes:
        return flags_written(self.flags[place], self.keywords.get(self.uids[place], ""))

    def changed(self, rows: Iterable[tuple[int, int, str, int]], *, is_told: bool) -> None:
        """Take new flags over; when the client is not told of them elsewhere, it will be."""
        for uid, flags, keywords, modseq in rows:
            place = self.at(uid)
            if place is None:
                if not self.uids or uid > self.uids[-1]:
                    self._add(uid, flags, keywords, modseq)
                continue
            if self.modseqs[place] == modseq:
                continue
            self.flags[place], self.modseqs[place] = flags, modseq
            if keywords:
                self.keywords[uid] = keywords
            else:
                self.keywords.pop(uid, None)
            if not is_told:
                self.told.add(uid)

    def _add(self, uid: int, flags: int, keywords: str, modseq: int) -> None:
        self.uids.append(uid)
        self.flags.append(flags)
        self.modseqs.append(modseq)
        if keywords:
            self.keywords[uid] = keywords

    def follow(self, changes: Changes) -> None:
        """Take over what happened since `modseq`."""
        self.changed(changes.rows, is_told=False)
        if changes.vanished:
            self.gone.update(uid for uid in changes.vanished if self.at(uid) is not None)
        self.uidnext = max(self.uidnext, changes.uidnext)
        self.modseq = max(self.modseq, changes.highest_modseq)

    def compare(self, view: View) -> None:
        """Take over a whole view, when nobody remembers any more what was expunged."""
        self.gone.update(set(self.uids) - set(view.uids))
        keywords = view.keywords
        rows = zip(view.uids, view.flags, view.modseqs, strict=True)
        self.changed(((uid, flags, keywords.get(uid, ""), modseq) for uid, flags, modseq in rows), is_told=False)
        self.uidnext, self.modseq = max(self.uidnext, view.uidnext), max(self.modseq, view.highest_modseq)

    def news(
        self, *, may_shift: bool, wants_vanished: bool, wants_modseq: bool, wants_uid: bool, wants_flags: bool = True
    ) -> tuple[list[bytes], list[int]]:
        """What the client has not heard yet, as answers, and the new UIDs; numbers shift only where they may."""
        if not (self.gone or self.told) and len(self.uids) == self.n_told:
            return [], []
        lines = self._departures(wants_vanished=wants_vanished) if may_shift and self.gone else []
        new = list(self.uids[self.n_told :])
        if self.count != self.n_told:
            lines.append(untagged(b"%d EXISTS" % self.count))
        for uid in sorted(self.told - self.gone) if wants_flags else ():
            place = self.at(uid)
            if place is not None and place < self.n_told:
                lines.append(self.flags_line(place, wants_modseq=wants_modseq, wants_uid=wants_uid or wants_vanished))
        self.n_told = self.count
        self.told.clear()
        return lines, [uid for uid in new if uid not in self.gone]

    def flags_line(self, place: int, *, wants_modseq: bool, wants_uid: bool, wants_flags: bool = True) -> bytes:
        words = [b"UID %d" % self.uids[place]] if wants_uid else []
        if wants_flags:
            words.append(b"FLAGS " + self.flags_at(place))
        if wants_modseq:
            words.append(b"MODSEQ (%d)" % self.modseqs[place])
        return untagged(b"%d FETCH (%b)" % (place + 1, b" ".join(words)))

    def _departures(self, *, wants_vanished: bool) -> list[bytes]:
        leaving = sorted(self.gone)
        places = [place for uid in leaving if (place := self.at(uid)) is not None]
        lines = []
        if wants_vanished and leaving:
            lines.append(untagged(b"VANISHED", written_set(leaving)))
        for place in reversed(places):  # from the end, so that each number is the one the client counts at that moment
            if place < self.n_told:
                self.n_told -= 1
                if not wants_vanished:
                    lines.append(untagged(b"%d EXPUNGE" % (place + 1)))
            self.keywords.pop(self.uids[place], None)
        kept = [place for place in range(self.count) if self.uids[place] not in self.gone]
        for name in ("uids", "flags", "modseqs"):
            row = getattr(self, name)
            setattr(self, name, type(row)(row.typecode, [row[place] for place in kept]))
        self.told -= self.gone
        self.saved = [uid for uid in self.saved if uid not in self.gone]
        self.gone.clear()
        return lines
