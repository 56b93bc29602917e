# SPDX-License-Identifier: AGPL-3.0-or-later
"""One line of a client as a value; what is wrong with it as a code and a sentence."""

import re
from dataclasses import dataclass

from mazot.wire.smtp.paths import BadPath, read_path

LONGEST_LINE = 4096  # bytes; RFC 5321 asks for 512, its extensions add to that

_NAME = re.compile(r"[!-~]{1,255}")
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^ =\x00-\x1f\x7f]+))?")
# Control characters, and the ends of lines and paragraphs that Unicode adds: a log or a report would break there.
_HIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
_WITHOUT_VALUE = frozenset({"SMTPUTF8"})
_NOTIFY = frozenset({"SUCCESS", "FAILURE", "DELAY"})
_XTEXT = re.compile(r"[!-*,-<>-~]*(?:\+[0-9A-F]{2}[!-*,-<>-~]*)*")  # RFC 3461 section 4


class Malformed(Exception):
    """A line that is no command, or a command that is not well formed."""

    def __init__(self, code: int, enhanced: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.enhanced, self.sentence = code, enhanced, sentence


@dataclass(frozen=True, slots=True)
class Hello:
    """EHLO, HELO or LHLO, and how the client calls itself."""

    verb: str
    name: str


@dataclass(frozen=True, slots=True)
class MailFrom:
    sender: str
    size: int | None = None
    is_8bit: bool = False
    needs_utf8: bool = False
    returns: str = ""
    envelope_id: str = ""


@dataclass(frozen=True, slots=True)
class RcptTo:
    recipient: str
    notify: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Bdat:
    size: int
    is_last: bool


@dataclass(frozen=True, slots=True)
class Auth:
    mechanism: str
    initial: str | None  # "=" for an empty one (RFC 4954 section 4)


@dataclass(frozen=True, slots=True)
class Bare:
    """A command without a grammar of its own: DATA, RSET, NOOP, QUIT, STARTTLS, VRFY, EXPN, HELP."""

    verb: str
    argument: str = ""


Command = Hello | MailFrom | RcptTo | Bdat | Auth | Bare

ALONE = frozenset({"DATA", "RSET", "QUIT", "STARTTLS"})
WITH_TEXT = frozenset({"NOOP", "VRFY", "EXPN", "HELP"})


def read_command(line: bytes) -> Command:
    """The command on a line (without its end)."""
    if len(line) > LONGEST_LINE:
        raise Malformed(500, "5.5.2", f"A line has at most {LONGEST_LINE} bytes.")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise Malformed(500, "5.5.2", "A line is ASCII or UTF-8.") from None
    if _HIDDEN.search(text):
        raise Malformed(500, "5.5.2", "A line holds no control characters.")
    verb, _, argument = text.partition(" ")
    # Only ASCII has upper case here: "ſ" would become the S of a command.
    verb, argument = verb.upper() if verb.isascii() else "", argument.strip(" \t")
    if verb in ("EHLO", "HELO", "LHLO"):
        return _hello(verb, argument)
    if verb in ("MAIL", "RCPT"):
        return _envelope(verb, argument)
    if verb == "BDAT":
        return _bdat(argument)
    if verb == "AUTH":
        return _auth(argument)
    if verb in ALONE and argument:
        raise Malformed(501, "5.5.4", f"{verb} stands alone.")
    if verb in ALONE or verb in WITH_TEXT:
        return Bare(verb, argument)
    raise Malformed(500, "5.5.1", "This command is not known here.")


def _hello(verb: str, argument: str) -> Hello:
    if not _NAME.fullmatch(argument):
        raise Malformed(501, "5.5.4", f"{verb} says the name of your server.")
    return Hello(verb, argument)


def _envelope(verb: str, argument: str) -> MailFrom | RcptTo:
    word = "FROM:" if verb == "MAIL" else "TO:"
    if argument[: len(word)].upper() != word:
        raise Malformed(501, "5.5.4", f"Write {verb} {word}<address>.")
    try:
        address, rest = read_path(argument[len(word) :].lstrip())
    except BadPath as error:
        enhanced = "5.1.7" if verb == "MAIL" else "5.1.3"
        raise Malformed(553 if verb == "MAIL" else 501, enhanced, str(error)) from None
    parameters = _parameters(rest)
    if verb == "MAIL":
        return _mail(address, parameters)
    if not address:
        raise Malformed(501, "5.1.3", "A recipient is an address.")
    return _rcpt(address, parameters)


def _parameters(text: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for word in text.split(" ") if text else []:
        match = _PARAMETER.fullmatch(word)
        if match is None:
            raise Malformed(501, "5.5.4", f"The parameter {word[:40]!r} is not well formed.")
        name = match[1].upper()
        if name in found:
            raise Malformed(501, "5.5.4", f"The parameter {name} stands there twice.")
        if (match[2] is None) is not (name in _WITHOUT_VALUE):
            takes = "no value" if name in _WITHOUT_VALUE else "a value"
            raise Malformed(501, "5.5.4", f"The parameter {name} takes {takes}.")
        found[name] = match[2]
    return found


def _mail(sender: str, parameters: dict[str, str | None]) -> MailFrom:
    size = parameters.pop("SIZE", "")
    if size is None or (size and not re.fullmatch(r"[0-9]{1,20}", size)):
        raise Malformed(501, "5.5.4", "SIZE is a number of bytes.")
    body = (parameters.pop("BODY", "7BIT") or "").upper()
    if body not in ("7BIT", "8BITMIME"):
        raise Malformed(501, "5.5.4", "BODY is 7BIT or 8BITMIME.")
    needs_utf8 = "SMTPUTF8" in parameters and parameters.pop("SMTPUTF8") is None
    returns = (parameters.pop("RET", "FULL") or "").upper() if "RET" in parameters else ""
    if returns not in ("", "FULL", "HDRS"):
        raise Malformed(501, "5.5.4", "RET is FULL or HDRS.")
    envelope_id = parameters.pop("ENVID", "") or ""
    if len(envelope_id) > 100 or not _XTEXT.fullmatch(envelope_id):
        raise Malformed(501, "5.5.4", "ENVID is xtext of at most 100 letters.")
    parameters.pop("AUTH", None)  # RFC 4954 section 5: whom another server vouches for is nobody's proof here
    _none_left(parameters)
    if not sender.isascii() and not needs_utf8:
        raise Malformed(553, "5.6.7", "An address outside ASCII needs SMTPUTF8.")
    return MailFrom(sender, int(size) if size else None, body == "8BITMIME", needs_utf8, returns, envelope_id)


def _rcpt(recipient: str, parameters: dict[str, str | None]) -> RcptTo:
    notify = parameters.pop("NOTIFY", "") or ""
    words = notify.upper().split(",") if notify else []
    if words != ["NEVER"] and not _NOTIFY.issuperset(words):
        raise Malformed(501, "5.5.4", "NOTIFY is NEVER, or a list of SUCCESS, FAILURE and DELAY.")
    original = parameters.pop("ORCPT", "") or ""
    if len(original) > 500 or (original and not re.fullmatch(r"[A-Za-z0-9-]+;.+", original)):
        raise Malformed(501, "5.5.4", "ORCPT is a kind of address, a semicolon and the address.")
    _none_left(parameters)
    return RcptTo(recipient, ",".join(words), original)


def _none_left(parameters: dict[str, str | None]) -> None:
    if parameters:
        raise Malformed(555, "5.5.4", f"The parameter {next(iter(parameters))} is not known here.")


def _bdat(argument: str) -> Bdat:
    words = argument.split()
    is_last = len(words) == 2 and words[1].upper() == "LAST"
    if not words or not re.fullmatch(r"[0-9]{1,20}", words[0]) or len(words) - is_last != 1:
        raise Malformed(501, "5.5.4", "Write BDAT, the number of bytes, and LAST behind the last piece.")
    return Bdat(int(words[0]), is_last)


def _auth(argument: str) -> Auth:
    words = argument.split()
    if not 1 <= len(words) <= 2:
        raise Malformed(501, "5.5.4", "Write AUTH and the mechanism.")
    return Auth(words[0].upper(), words[1] if len(words) == 2 else None)
