# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages a search key fits: by what the session knows, by columns, and last by reading the messages.

Texts are found as RFC 9051 section 6.4.4 says: as a part of the text, whatever the case.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import compress
from typing import Any

from mazot.foundation import clock
from mazot.heads.imap.selected import Selected
from mazot.products.mail.queries.finding import Candidates, candidates_in, texts_in
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.products.mail.queries.sessions import flag_bit
from mazot.products.mail.queries.texts import fields_of, header_of
from mazot.tenancy.actor import Actor
from mazot.wire.imap import searching as keys
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.envelopes import written_day
from mazot.wire.mime import Parts, header_fields, text_of

FEW = 100  # letters that are read in one go
CHEAP, COLUMN, HEADER, BODY = range(4)
COSTS = {keys.Text: BODY, keys.Header: HEADER} | dict.fromkeys((keys.On, keys.Size, keys.Within, keys.Identity), COLUMN)
DAYS = {"received": "received_at", "saved": "saved_at"}

INVERTED = bytes([1, 0]) + bytes(254)


def cost(key: keys.Key) -> int:
    match key:
        case keys.And(parts):
            return max(map(cost, parts))
        case keys.Or(one, other):
            return max(cost(one), cost(other))
        case keys.Not(inner):
            return cost(inner)
    return COSTS.get(type(key), CHEAP)


def is_known(key: keys.Key) -> bool:
    return cost(key) == CHEAP


def needs_content(key: keys.Key) -> bool:
    return cost(key) >= HEADER


class Finder:
    """One search, asked for some places at a time."""

    def __init__(self, actor: Actor, selected: Selected, saved: list[int]) -> None:
        self.actor, self.selected, self.saved = actor, selected, frozenset(saved)
        self.now = clock.now()
        self._sets: dict[int, frozenset[int]] = {}
        self._candidates: dict[int, Candidates] = {}

    def check(self, key: keys.Key) -> None:
        """Find the numbers a key names once, and refuse those that are none."""
        match key:
            case keys.And(parts):
                for part in parts:
                    self.check(part)
            case keys.Or(one, other):
                self.check(one)
                self.check(other)
            case keys.Not(inner):
                self.check(inner)
            case keys.Numbers(numbers, by_uid):
                if numbers.is_saved:
                    places: Iterable[int] = (p for uid in self.saved if (p := self.selected.at(uid)) is not None)
                else:
                    try:
                        places = self.selected.places(numbers, by_uid=by_uid)
                    except ValueError as error:
                        raise Malformed(f"There is no message {error}") from error
                self._sets[id(key)] = frozenset(places)

    def among(self, key: keys.Key, places: list[int]) -> list[int]:
        """Those of some places that the key fits."""
        if not places:
            return []
        match key:
            case keys.And(parts):
                for part in sorted(parts, key=cost):
                    places = self.among(part, places)
                return places
            case keys.Or(one, other):
                first, second = sorted((one, other), key=cost)
                found = set(self.among(first, places))
                found |= set(self.among(second, [place for place in places if place not in found]))
                return [place for place in places if place in found]
            case keys.Not(keys.Flagged(flag)):
                return self._flagged(flag, places, having_it=False)
            case keys.Not(inner):
                not_wanted = set(self.among(inner, places))
                return [place for place in places if place not in not_wanted]
        return self._single(key, places)

    def _single(self, key: keys.Key, places: list[int]) -> list[int]:
        match key:
            case keys.Numbers():
                wanted = self._sets[id(key)]
                return [place for place in places if place in wanted]
            case keys.Flagged(flag):
                return self._flagged(flag, places)
            case keys.Changed(modseq):
                return [place for place in places if self.selected.modseqs[place] >= modseq]
            case keys.Header():
                return self._with_header(key, places)
            case keys.Text():
                return self._with_text(key, places)
        return places if isinstance(key, keys.All) else self._by_column(key, places)

    def _flagged(self, flag: str, places: list[int], *, having_it: bool = True) -> list[int]:
        if bit := flag_bit(flag):
            having = self.selected.having(bit)
            if len(places) == len(having):
                return list(compress(places, having if having_it else having.translate(INVERTED)))
            return [place for place in places if having[place] == having_it]
        wanted = flag.lower()
        keywords, uids = self.selected.keywords, self.selected.uids
        return [place for place in places if (wanted in keywords.get(uids[place], "").lower().split()) == having_it]

    def _rows(self, places: list[int], *columns: str) -> Iterable[tuple[int, Any]]:
        """The place of each message that is still there, with its columns."""
        uids = [self.selected.uids[place] for place in places]
        for row in rows_for(self.actor, self.selected.mailbox, uids, columns):
            place = self.selected.at(row[0])
            if place is not None:
                yield place, row[1:]

    def _by_column(self, key: keys.Key, places: list[int]) -> list[int]:
        match key:
            case keys.Size(is_larger, than):
                found = self._rows(places, "size")
                return [place for place, (size,) in found if (size > than if is_larger else size < than)]
            case keys.Within(is_older, seconds):
                then = self.now - timedelta(seconds=min(seconds, 10**10))
                found = self._rows(places, "received_at")
                return [place for place, (at,) in found if (at <= then if is_older else at >= then)]
            case keys.On("sent", how, day):
                found = self._rows(places, "sent_at", "envelope")
                days = ((place, written_day(bytes(raw), at, day)) for place, (at, raw) in found if at is not None)
                return [place for place, on in days if _is_on(on, how, day)]
            case keys.On(what, how, day):
                found = self._rows(places, DAYS[what])
                return [place for place, (at,) in found if at is not None and _is_on(at.date(), how, day)]
            case keys.Identity(of_thread, value):
                column, letter = ("thread_id", "T") if of_thread else ("message_id", "M")
                found = self._rows(places, column)
                return [place for place, (number,) in found if number is not None and f"{letter}{number}" == value]
        raise TypeError(key)

    def narrowed(self, key: keys.Key, places: list[int]) -> list[int]:
        """Without those places of which the index knows that the key does not fit them; how few are to be read."""
        match key:
            case keys.And(parts):
                for part in parts:
                    places = self.narrowed(part, places)
            case keys.Header() | keys.Text():
                known, uids = self._known(key), self.selected.uids
                if known.doubtful is not None:
                    possible = known.sure | known.doubtful | known.unread
                    places = [place for place in places if uids[place] in possible]
        return places

    def reads_little(self, key: keys.Key) -> bool:
        """Whether the index answers nearly all that a key asks."""
        match key:
            case keys.And(parts):
                return all(map(self.reads_little, parts))
            case keys.Or(one, other):
                return self.reads_little(one) and self.reads_little(other)
            case keys.Not(inner):
                return self.reads_little(inner)
            case keys.Header() | keys.Text():
                known = self._known(key)
                return known.doubtful is not None and len(known.doubtful) + len(known.unread) <= FEW
        return True

    def _known(self, key: keys.Header | keys.Text) -> Candidates:
        if id(key) not in self._candidates:
            self._candidates[id(key)] = candidates_in(
                self.actor,
                self.selected.mailbox,
                key.text.casefold(),
                with_header=isinstance(key, keys.Text) and key.with_header,
                only_header=isinstance(key, keys.Header),
            )
        return self._candidates[id(key)]

    def _with_header(self, key: keys.Header, places: list[int]) -> list[int]:
        wanted, name = key.text.casefold(), key.name.lower()

        def fits(fields: list[str], _text: str) -> bool:
            meant = (field.partition(": ") for field in fields)
            return any(wanted in value for its_name, _colon, value in meant if its_name.rstrip(" \t") == name)

        found, unread = self._by_index(key, places, fits, header=True, body=False)
        for place, (digest, packed) in self._rows(unread, "digest", "parts"):
            raw = header_fields(header_of(content_of(digest), packed), [key.name.encode()])
            if any(wanted in value for value in fields_of(raw)):
                found.append(place)
        return sorted(found)

    def _with_text(self, key: keys.Text, places: list[int]) -> list[int]:
        wanted = key.text.casefold()

        def fits(fields: list[str], text: str) -> bool:
            return (key.with_header and wanted in "\n".join(fields)) or wanted in text

        found, unread = self._by_index(key, places, fits, header=key.with_header, body=True)
        for place, (digest, packed) in self._rows(unread, "digest", "parts"):
            content = content_of(digest)
            header = bytes(header_of(content, packed)) if key.with_header else b""
            if wanted in "\n".join(fields_of(header, whole=True)) or any(
                wanted in text.casefold() for text in text_of(content, Parts.unpack(bytes(packed)))
            ):
                found.append(place)
        return sorted(found)

    def _by_index(
        self, key: keys.Header | keys.Text, places: list[int], fits: Callable[[list[str], str], bool], **which: bool
    ) -> tuple[list[int], list[int]]:
        """The places of which the index knows that the key fits them, and those that must be read."""
        known, found, doubtful = self._known(key), [], {}
        unread = []
        for place in places:
            uid = self.selected.uids[place]
            if uid in known.sure:
                found.append(place)
            elif uid in known.unread or "\0" in key.text:
                unread.append(place)
            elif known.doubtful is None or uid in known.doubtful:
                doubtful[uid] = place
        for uid, fields, text in texts_in(self.actor, self.selected.mailbox, list(doubtful), **which):
            place = doubtful.pop(uid)
            if fits(fields, text):
                found.append(place)
        return found, sorted([*unread, *doubtful.values()])  # what left the index meanwhile is read as well


def _is_on(on: date, how: str, day: date) -> bool:
    return bool(on < day if how == "before" else on >= day if how == "since" else on == day)
