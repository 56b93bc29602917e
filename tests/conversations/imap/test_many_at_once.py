# SPDX-License-Identifier: AGPL-3.0-or-later
"""Several programs in one mailbox, each doing something else: what each was told must add up to what is there.

A model of each connection follows its answers alone, as a program would (RFC 9051 section 7.5.1): numbers may shift only
where they may, no UID comes twice, and after a NOOP everybody sees the same. Seeded; MAZOT_IMAP_STEPS makes it longer.
"""

import os
import random
import re
from collections.abc import Iterator

import pytest

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import LETTER, Client

STEPS = int(os.environ.get("MAZOT_IMAP_STEPS", "500"))
FLAGS = (b"\\Seen", b"\\Flagged", b"\\Deleted", b"$work")


def numbers(written: bytes) -> Iterator[int]:
    for piece in written.split(b","):
        low, _colon, high = piece.partition(b":")
        yield from range(int(low), int(high or low) + 1)


class Program:
    """One connection, and the mailbox as it was told."""

    def __init__(self, client: Client, mailbox: bytes, *, resyncs: bool) -> None:
        self.client, self.mailbox = client, mailbox
        self.uids: list[int] = []
        self.flags: dict[int, frozenset[bytes]] = {}
        self.modseq = 0
        if resyncs:
            client.ask(b"ENABLE QRESYNC")
        self.ask(b"SELECT " + mailbox)

    def ask(self, command: bytes) -> None:
        reply = self.client.ask(command)
        assert reply.state == b"OK", (command, reply)
        may_shift = not command.startswith((b"FETCH", b"STORE", b"SEARCH"))
        for line in reply.lines:
            self.hear(line, may_shift=may_shift)
        if 0 in self.uids:  # told of, and not known yet
            self.ask(b"FETCH %d:* (UID FLAGS)" % (self.uids.index(0) + 1))

    def hear(self, line: bytes, *, may_shift: bool) -> None:
        if found := re.fullmatch(rb"\* (\d+) EXISTS", line):
            assert int(found[1]) >= len(self.uids)
            self.uids += [0] * (int(found[1]) - len(self.uids))
        elif found := re.fullmatch(rb"\* (\d+) EXPUNGE", line):
            assert may_shift
            assert 1 <= int(found[1]) <= len(self.uids)
            del self.uids[int(found[1]) - 1]
        elif found := re.fullmatch(rb"\* VANISHED ([\d:,]+)", line):
            assert may_shift
            gone = set(numbers(found[1]))
            assert gone <= set(self.uids)
            self.uids = [uid for uid in self.uids if uid not in gone]
        elif found := re.match(rb"\* (\d+) FETCH \((.*)\)", line):
            self.learn(int(found[1]), found[2])

    def learn(self, number: int, words: bytes) -> None:
        assert 1 <= number <= len(self.uids)
        if uid := re.search(rb"UID (\d+)", words):
            assert self.uids[number - 1] in (0, int(uid[1]))
            self.uids[number - 1] = int(uid[1])
        if modseq := re.search(rb"MODSEQ \((\d+)\)", words):
            self.modseq = max(self.modseq, int(modseq[1]))
        if flags := re.search(rb"FLAGS \(([^)]*)\)", words):
            self.flags[self.uids[number - 1]] = frozenset(flags[1].split())

    def some(self, chance: random.Random) -> bytes:
        low = chance.randint(1, len(self.uids))
        return b"%d:%d" % (low, min(low + chance.randrange(4), len(self.uids)))

    def act(self, chance: random.Random, elsewhere: bytes) -> None:
        deeds = [b"NOOP", b"APPEND", b"APPEND"]
        if self.uids:
            deeds += [b"STORE", b"STORE", b"UID STORE", b"EXPUNGE", b"COPY", b"MOVE", b"FETCH", b"SEARCH"]
        match chance.choice(deeds):
            case b"APPEND":
                told = (self.mailbox, chance.choice(FLAGS), len(LETTER), LETTER)
                self.ask(b"APPEND %b (%b) {%d+}\r\n%b" % told)
            case b"STORE":
                self.ask(
                    b"STORE %b %bFLAGS (%b)" % (self.some(chance), chance.choice((b"+", b"-")), chance.choice(FLAGS))
                )
            case b"UID STORE":
                self.ask(b"UID STORE %d +FLAGS.SILENT (%b)" % (chance.choice(self.uids), chance.choice(FLAGS)))
                self.ask(b"FETCH 1:* (UID FLAGS)")  # what is silent is not told
            case b"COPY":
                self.ask(b"COPY %b %b" % (self.some(chance), chance.choice((self.mailbox, elsewhere))))
            case b"MOVE":
                self.ask(b"MOVE %b %b" % (self.some(chance), elsewhere))
            case b"FETCH":
                self.ask(b"FETCH %b (UID FLAGS)" % self.some(chance))
            case b"SEARCH":
                self.ask(b"SEARCH DELETED")
            case plain:
                self.ask(plain)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_each_was_told_adds_up_to_what_is_there(connect: Connect, seed: int) -> None:
    chance = random.Random(seed)
    first = connect()
    elsewhere, mailbox = first.in_new_mailbox(), first.in_new_mailbox(letters=3)
    programs = [Program(first, mailbox, resyncs=False)]
    programs += [Program(connect(), mailbox, resyncs=resyncs) for resyncs in (False, True, True)]
    seen: set[int] = set()
    newest = 0
    for step in range(STEPS):
        chance.choice(programs).act(chance, elsewhere)
        if step % 10:
            continue
        for one in programs:
            one.ask(b"NOOP")
        fresh = Program(connect(), mailbox, resyncs=False)
        if fresh.uids:
            fresh.ask(b"FETCH 1:* (UID FLAGS)")
        for one in programs:
            assert one.uids == fresh.uids, (step, seed)
            told = {uid: one.flags[uid] - {b"\\Recent"} for uid in one.uids}
            assert told == {uid: fresh.flags[uid] for uid in fresh.uids}, (step, seed)
        new = set(fresh.uids) - seen
        assert not new or min(new) > newest  # none that had been given to another letter
        seen |= new
        newest = max(seen, default=0)
        fresh.client.ask(b"LOGOUT")
