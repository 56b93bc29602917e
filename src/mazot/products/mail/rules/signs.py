# SPDX-License-Identifier: AGPL-3.0-or-later
"""What speaks for or against a letter, without asking anybody: how it is written, and who vouches for it.

Each sign has a name, whose sentence is made when somebody reads the log, and a weight; from a sum of 5 on it is
called spam. The weights are ours: one oddity never suffices, three do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mazot.wire.mime import Group, Mailbox, addresses_of, decode_words
from mazot.wire.mime.dates import date_of

CAREFUL, USUAL, STRICT = LIMITS = 70, 50, 35  # tenths of the sum from which a letter is called spam
MOST_HTML = 256 * 1024  # letters of a page that are looked at

Fields = dict[bytes, list[bytes]]  # values by name in small letters


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was seen: its name, and how much it weighs; below zero it speaks for the letter."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A letter as it came."""

    fields: Fields
    now: datetime
    helo: str = ""
    sender: str = ""  # of the envelope
    spf: str = "none"
    dkim: str = "none"
    dmarc: str = "none"
    page: str = ""  # HTML
    text: str = ""  # as people read it
    files: Sequence[str] = field(default=())  # names


WEIGHTS = {
    "no_date": 1.0,
    "future": 1.5,
    "no_author": 2.5,
    "authors": 2.0,
    "no_name": 0.8,
    "no_recipient": 0.5,
    "shouts": 0.7,
    "poses": 2.0,
    "reply_elsewhere": 0.7,
    "bare_hello": 1.0,
    "spf_fail": 2.5,
    "spf_softfail": 1.2,
    "dkim_fail": 0.5,
    "dmarc_fail": 2.0,
    "nobody_vouches": 1.0,
    "vouched": -1.0,
    "link_poses": 2.5,
    "only_page": 0.6,
    "little_text": 1.0,
    "program": 3.0,
    "two_endings": 2.0,
    "mixed_letters": 1.5,
}
PROGRAMS = frozenset(
    {"exe", "scr", "com", "pif", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "wsh", "hta", "cpl", "msi", "msp"}
    | {"lnk", "jar", "ps1", "reg", "iso", "img", "vhd", "chm"}
)
_LINK = re.compile(
    r"<a\s[^<>]{0,400}href\s{0,3}=\s{0,3}[\"']?https?://([^/\"'\s<>:?#]{4,200})[^<>]{0,2000}>([^<]{4,300})<",
    re.IGNORECASE,
)
_SHOWN_HOST = re.compile(r"\s*(?:https?://|www\.)([^/\s<>:?#]{4,200})", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
_HOST = re.compile(r"\[[0-9A-Fa-f.:]+(?:IPv6:)?\S*\]|[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})+\.?")
_LATIN, _LOOKALIKE = re.compile("[a-zA-Z]"), re.compile("[\u0370-\u03ff\u0400-\u04ff]")


def signs_of(seen: Seen) -> tuple[Sign, ...]:
    """Every sign a letter bears, each once."""
    names = dict.fromkeys([*_of_header(seen), *_of_authors(seen), *_of_vouching(seen), *_of_content(seen)])
    return tuple(Sign(name, WEIGHTS[name]) for name in names)


def author_of(fields: Fields) -> str:
    """The address in From, in small letters; empty when it names nobody or several."""
    found = _mailboxes(fields.get(b"from", []))
    return found[0].address.lower() if len(found) == 1 else ""


def sum_of(signs: Sequence[Sign]) -> float:
    return round(sum(sign.weight for sign in signs), 1)


def _of_header(seen: Seen) -> Iterator[str]:
    fields = seen.fields
    told = fields.get(b"date")
    at = date_of(told[0]) if told else None
    if at is None:
        yield "no_date"
    elif at > seen.now + timedelta(days=1):
        yield "future"
    if b"message-id" not in fields:
        yield "no_name"
    if not any(name in fields for name in (b"to", b"cc", b"bcc")):
        yield "no_recipient"
    subject = decode_words(fields.get(b"subject", [b""])[0])
    letters = [letter for letter in subject if letter.isalpha()]
    if len(letters) >= 12 and sum(letter.isupper() for letter in letters) > 0.9 * len(letters):
        yield "shouts"
    if seen.helo and not _HOST.fullmatch(seen.helo):
        yield "bare_hello"


def _of_authors(seen: Seen) -> Iterator[str]:
    authors = _mailboxes(seen.fields.get(b"from", []))
    if not authors:
        yield "no_author"
        return
    if len(authors) > 1 or len(seen.fields[b"from"]) > 1:
        yield "authors"
    domain = authors[0].address.rpartition("@")[2].lower()
    named = _ADDRESS.search(_shown_name(seen.fields[b"from"][0]))
    if named and not _is_akin(named[1].lower(), domain):
        yield "poses"  # "service@bank.example" <somebody@else.example>
    answers = _mailboxes(seen.fields.get(b"reply-to", []))
    if answers and b"list-id" not in seen.fields:
        elsewhere = {one.address.rpartition("@")[2].lower() for one in answers}
        if not any(_is_akin(one, domain) for one in elsewhere):
            yield "reply_elsewhere"
    shown = decode_words(seen.fields[b"from"][0])
    if any(_LATIN.search(word) and _LOOKALIKE.search(word) for word in re.findall(r"\w+", shown)):
        yield "mixed_letters"


def _of_vouching(seen: Seen) -> Iterator[str]:
    if seen.dmarc == "pass":
        yield "vouched"
        return
    if seen.dmarc == "fail":
        yield "dmarc_fail"
    if seen.spf in ("fail", "softfail"):
        yield f"spf_{seen.spf}"
    if seen.dkim == "fail":
        yield "dkim_fail"
    if seen.spf in ("none", "neutral") and seen.dkim == "none":
        yield "nobody_vouches"


def _of_content(seen: Seen) -> Iterator[str]:
    page = seen.page[:MOST_HTML]
    for host, shown in _LINK.findall(page):
        found = _SHOWN_HOST.match(shown)
        if found and not _is_akin(found[1].lower(), host.lower()):
            yield "link_poses"
            break
    if page and not seen.text.strip():
        yield "little_text"
    if page and b"text/html" in seen.fields.get(b"content-type", [b""])[0][:60].lower():
        yield "only_page"
    for name in seen.files:
        endings = name.lower().split(".")[1:]
        if endings and endings[-1].strip() in PROGRAMS:
            yield "program"
            if len(endings) > 1 and endings[-2] in ("pdf", "doc", "docx", "xls", "xlsx", "jpg", "png", "txt", "zip"):
                yield "two_endings"


def _mailboxes(values: Sequence[bytes]) -> list[Mailbox]:
    return [
        box
        for value in values
        for one in addresses_of(value)
        for box in (one.members if isinstance(one, Group) else (one,))
    ]


def _shown_name(value: bytes) -> str:
    return decode_words(value.rpartition(b"<")[0])


def _is_akin(one: str, other: str) -> bool:
    """Whether two hosts may well be of the same house: alike in their last two names."""
    return one.rstrip(".").split(".")[-2:] == other.rstrip(".").split(".")[-2:]
