# SPDX-License-Identifier: AGPL-3.0-or-later
"""What both servers are asked, in which number, and how fast ours must be as a share of Dovecot's speed."""

from collections.abc import Callable
from dataclasses import dataclass

from letters import COMMON, EACH_UNSEEN, LETTERS, RARE, letter
from servers import Server
from talk import Line, literals

BOX, OTHER = b"big", b"new"
AT_ONCE = 100
SINGLE = 200


@dataclass(frozen=True)
class Operation:
    """One row: what is done so often in a round, and by how much ours may be slower (0.5: half as fast)."""

    name: str
    do: Callable[[Line, int], None]
    asked: float
    times: int = 1
    at_most_ms: float = 0.0
    is_slow: bool = False  # searches through all letters: fewer rounds


def furnish(server: Server) -> None:
    """The letters, a hundred at once."""
    line = Line(server).log_in()
    line.ask(b"CREATE " + BOX)
    line.ask(b"CREATE " + OTHER)
    for start in range(0, LETTERS, AT_ONCE):
        some = [(b"" if n % EACH_UNSEEN == 0 else b"\\Seen", letter(n)) for n in range(start, start + AT_ONCE)]
        line.ask(b"APPEND " + BOX + literals(some))
    line.close()


def log_in(line: Line, _round: int) -> None:
    for _time in range(20):
        another = Line(line.server).log_in()
        another.close()


def select(line: Line, _round: int) -> None:
    line.ask(b"SELECT INBOX")
    line.ask(b"SELECT " + BOX)


def fetch(what: bytes, count: int) -> Callable[[Line, int], None]:
    """Another thousand in each round, so that nobody has them at hand."""

    def do(line: Line, round_: int) -> None:
        first = 1 + round_ * 1000 % (LETTERS - count + 1)
        line.ask(b"UID FETCH %d:%d %b" % (first, first + count - 1, what))

    return do


def fetch_single(line: Line, round_: int) -> None:
    first = 1 + round_ * 1000 % LETTERS
    for uid in range(first, first + SINGLE):
        line.ask(b"UID FETCH %d BODY.PEEK[]" % uid)


def search(what: bytes) -> Callable[[Line, int], None]:
    return lambda line, _round: line.ask(b"UID SEARCH " + what) and None


def store(line: Line, round_: int) -> None:
    line.ask(b"UID STORE 1:1000 %bFLAGS.SILENT (\\Flagged)" % (b"-" if round_ % 2 else b"+"))


def append(line: Line, round_: int) -> None:
    for number in range(SINGLE):
        content = letter(LETTERS + round_ * SINGLE + number)
        line.ask(b"APPEND " + OTHER + literals([(b"", content)]))


OPERATIONS = (
    Operation("20 connections and logins", log_in, 0.7),
    Operation("SELECT of 10,000, from another mailbox", select, 0.1, times=10, at_most_ms=6),
    Operation("FLAGS of 10,000", fetch(b"(FLAGS)", LETTERS), 0.2, times=3),
    Operation("ENVELOPE and FLAGS of 1,000", fetch(b"(ENVELOPE FLAGS)", 1000), 2, times=5),
    Operation("BODYSTRUCTURE of 1,000", fetch(b"(BODYSTRUCTURE)", 1000), 0.4, times=5),
    Operation("BODY[] of 200 at once", fetch(b"(BODY.PEEK[])", SINGLE), 0.9, times=3),
    Operation("BODY[] of 200, one by one", fetch_single, 0.7),
    Operation("SEARCH TEXT, a rare word", search(b"TEXT " + RARE.encode()), 20, is_slow=True),
    Operation("SEARCH TEXT, a common word", search(b"TEXT " + COMMON.encode()), 20, is_slow=True),
    Operation("SEARCH UNSEEN", search(b"UNSEEN"), 0.5, times=10),
    Operation("STORE of a flag to 1,000", store, 0.1),
    Operation("APPEND of 200, one by one", append, 0.6),
)
