# SPDX-License-Identifier: AGPL-3.0-or-later
"""Address lists of headers (RFC 5322 section 3.4 and its obsolete forms), read tolerantly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mazot.wire.mime.words import decode_words

MOST_ADDRESSES = 5_000
MOST_BYTES = 100_000  # of one list
MOST_TOKENS = 40_000
MOST_BYTES_OF_MESSAGE = 400_000  # of all the lists of one message and of those inside it
MISSING = b"MISSING_DOMAIN"
NAMELESS = b"MISSING_MAILBOX"

_TOKEN = re.compile(
    rb"""(?P<space>[ \t\r\n]+)
    |(?P<quoted>"(?:[^"\\]|\\.)*"?)
    |(?P<special>[<>@,;:()])
    |(?P<literal>\[[^\[\]\\\r\n]{0,255}\])
    |(?P<atom>[^ \t\r\n"<>@,;:()\[]+|\[)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address: its name as it came (encoded words and all), the obsolete route, and both sides of the @."""

    name: bytes
    route: bytes
    local: bytes
    domain: bytes

    @property
    def address(self) -> str:
        local = self.local.decode("utf-8", "replace")
        return local if self.domain == MISSING else f"{local}@{self.domain.decode('utf-8', 'replace')}"

    @property
    def shown(self) -> str:
        """As people read it: `Malik Dufour <malik@mimosa.example>`."""
        name = decode_words(self.name).strip()
        return f"{name} <{self.address}>" if name and self.local else name or self.address


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses under one name (`undisclosed-recipients:;`)."""

    name: bytes
    members: tuple[Mailbox, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # atom, quoted, literal, or the special letter itself
    text: bytes
    after_space: bool


def addresses_of(value: bytes) -> list[Mailbox | Group]:
    """The addresses of a field's value, in their order."""
    found: list[Mailbox | Group] = []
    group: bytes | None = None
    members: list[Mailbox] = []
    for tokens, end in _pieces(list(islice(_tokens(value[:MOST_BYTES]), MOST_TOKENS))):
        if end == b":" and group is None:
            group = _phrase(tokens)
            continue
        if (one := _mailbox(tokens)) is not None:
            (found if group is None else members).append(one)
        if end == b";" and group is not None:
            found.append(Group(group, tuple(members)))
            group, members = None, []
        if len(found) + len(members) >= MOST_ADDRESSES:
            break
    if group is not None:
        found.append(Group(group, tuple(members)))
    return found


class Lists:
    """The address lists of one message, each read once, and altogether no more than so many bytes."""

    def __init__(self) -> None:
        self._read: dict[bytes, list[Mailbox | Group]] = {}
        self._left = MOST_BYTES_OF_MESSAGE

    def of(self, fields: dict[bytes, list[bytes]], name: bytes) -> list[Mailbox | Group]:
        """The addresses of all the fields of a name."""
        value = b", ".join(fields.get(name, ()))[: self._left]
        if value not in self._read:
            self._left -= min(len(value), MOST_BYTES)
            self._read[value] = addresses_of(value)
        return self._read[value]

    def mailboxes(self, fields: dict[bytes, list[bytes]], name: bytes) -> Iterator[Mailbox]:
        """The same without their groups."""
        for one in self.of(fields, name):
            if isinstance(one, Group):
                yield from one.members
            else:
                yield one


def _tokens(value: bytes) -> Iterator[_Token]:
    """Words, quoted texts, comments (each as one token, with those inside it) and specials."""
    depth, comment, after_space = 0, bytearray(), False
    for match in _TOKEN.finditer(value):
        kind, text = match.lastgroup or "", match.group()
        if kind == "special" and text in b"()":
            depth = max(0, depth + (1 if text == b"(" else -1))
            if depth == 0 and text == b")":
                yield _Token("comment", bytes(comment), after_space)
                comment.clear()
            elif depth > 1 or text == b")":
                comment += text
        elif depth:
            comment += text
        elif kind != "space":
            yield _token(kind, text, after_space=after_space)
        after_space = kind == "space"
    if comment:
        yield _Token("comment", bytes(comment), after_space)


def _token(kind: str, text: bytes, *, after_space: bool) -> _Token:
    if kind == "quoted":
        return _Token(kind, _ESCAPED.sub(rb"\1", text[1:].removesuffix(b'"')), after_space)
    return _Token(text.decode() if kind == "special" else kind, text, after_space)


def _pieces(tokens: list[_Token]) -> Iterator[tuple[list[_Token], bytes]]:
    """What stands between commas, semicolons and the colon of a group; a colon inside <> belongs to a route."""
    piece: list[_Token] = []
    inside = is_route = has_at = False
    for token in tokens:
        if token.kind in "<>":
            inside, is_route = token.kind == "<", False
        elif token.kind == "@":
            has_at = True
            # An angle that begins with @: then commas part the hosts of a route (RFC 5322 section 4.4).
            is_route = is_route or (inside and piece[-1].kind == "<")
        if token.kind in ",;" and not (is_route and token.kind == ","):
            yield piece, token.text
            piece, inside, is_route, has_at = [], False, False, False
        elif token.kind == ":" and not inside and not has_at:
            yield piece, b":"
            piece = []
        else:
            piece.append(token)
    yield piece, b""


def _mailbox(tokens: list[_Token]) -> Mailbox | None:
    opened = next((at for at, token in enumerate(tokens) if token.kind == "<"), None)
    comments = b" ".join(token.text for token in tokens if token.kind == "comment")
    if opened is None:
        bare = [token for token in tokens if token.kind != "comment"]
        if not bare:
            return None
        if not any(token.kind == "@" for token in bare) and len(bare) > 1:  # words and no address at all
            return Mailbox(_phrase(bare), b"", b"", MISSING)
        return Mailbox(comments, b"", *_parted(_first_of(bare)))
    inner = [token for token in tokens[opened + 1 :] if token.kind not in ("comment", ">")]
    route, inner = _routed(inner)
    name = _phrase([token for token in tokens[:opened] if token.kind != "comment"]) or comments
    local, domain = _parted(inner)
    return Mailbox(name, route, local, domain) if name or local or inner else None


def _first_of(bare: list[_Token]) -> list[_Token]:
    """What comes before a second address that no comma parts from the first."""
    at = next((place for place, token in enumerate(bare) if token.kind == "@"), len(bare))
    for place in range(at + 2, len(bare)):
        token = bare[place]
        if token.after_space and not token.text.startswith(b".") and not bare[place - 1].text.endswith(b"."):
            return bare[:place]
    return bare


def _routed(inner: list[_Token]) -> tuple[bytes, list[_Token]]:
    if not inner or inner[0].kind != "@":
        return b"", inner
    colon = next((at for at, token in enumerate(inner) if token.kind == ":"), None)
    if colon is None:
        return b"", inner
    return b"".join(token.text for token in inner[:colon]), inner[colon + 1 :]


def _parted(tokens: list[_Token]) -> tuple[bytes, bytes]:
    at = max((place for place, token in enumerate(tokens) if token.kind == "@"), default=None)
    if at is None:
        return _joined(tokens), MISSING
    return _joined(tokens[:at]), _joined(tokens[at + 1 :]) or MISSING


def _joined(tokens: list[_Token]) -> bytes:
    return b"".join(token.text for token in tokens)


def _phrase(tokens: list[_Token]) -> bytes:
    """Words with one blank where there was space; dots and the like stay where they were."""
    return b"".join(b" " + token.text if token.after_space else token.text for token in tokens).strip()
