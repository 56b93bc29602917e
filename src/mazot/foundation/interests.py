# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who wants to hear what, told between processes in lines, so that nobody sends what nobody hears.

+t<TAB>"drive:folder:1"      this topic is wanted     -t …  it is not any more
+p<TAB>"drive:"              every topic that begins so
"""

import json
from collections import Counter
from collections.abc import Iterator

CONTROL = (b"+", b"-")  # how these lines begin; a hint begins with the quote of its topic


def wish(sign: str, kind: str, name: str) -> bytes:
    """One line: sign + or -, kind t or p."""
    return f"{sign}{kind}\t{json.dumps(name)}".encode()


class Interests:
    """Topics and beginnings of topics, each as often as it is wanted."""

    def __init__(self) -> None:
        self.topics: Counter[str] = Counter()
        self.prefixes: Counter[str] = Counter()

    def wants(self, topic: str) -> bool:
        return topic in self.topics or any(topic.startswith(prefix) for prefix in tuple(self.prefixes))

    def change(self, sign: str, kind: str, name: str) -> bool:
        """Count one wish more or less; whether it is the first or was the last of its kind."""
        kept = self.topics if kind == "t" else self.prefixes
        if sign == "+":
            kept[name] += 1
            return kept[name] == 1
        if name not in kept:
            return False
        kept[name] -= 1
        if kept[name] <= 0:
            del kept[name]
            return True
        return False

    def lines(self, sign: str) -> Iterator[bytes]:
        """Everything wanted, once each."""
        for name in tuple(self.topics):
            yield wish(sign, "t", name)
        for name in tuple(self.prefixes):
            yield wish(sign, "p", name)

    def clear(self) -> None:
        self.topics.clear()
        self.prefixes.clear()


def read(line: bytes) -> tuple[str, str, str] | None:
    """Sign, kind and name of a line; none when it is no wish."""
    told, _, name = line.partition(b"\t")
    if told not in (b"+t", b"-t", b"+p", b"-p"):
        return None
    try:
        found = json.loads(name)
    except ValueError:
        return None
    return (told[:1].decode(), told[1:].decode(), found) if isinstance(found, str) else None


def topic_of(line: bytes) -> str | None:
    """The topic of a hint's line; none when it has none."""
    try:
        found = json.loads(line.partition(b"\t")[0])
    except ValueError:
        return None
    return found if isinstance(found, str) else None
