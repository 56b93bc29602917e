# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which commands and tests there are, what each takes, and which extension brings it."""

from dataclasses import dataclass, field

EXTENSIONS = (
    "fileinto",
    "reject",
    "ereject",
    "envelope",
    "encoded-character",
    "vacation",
    "vacation-seconds",
    "subaddress",
    "comparator-i;ascii-numeric",
    "relational",
    "regex",
    "imap4flags",
    "copy",
    "include",
    "variables",
    "body",
    "enotify",
    "environment",
    "mailbox",
    "special-use",
    "date",
    "index",
    "ihave",
    "duplicate",
    "editheader",
    "spamtest",
    "spamtestplus",
    "virustest",
)
ALWAYS = frozenset({"comparator-i;octet", "comparator-i;ascii-casemap"})  # RFC 5228 section 2.7.3
COMPARATORS = ("i;octet", "i;ascii-casemap", "i;ascii-numeric")


@dataclass(frozen=True, slots=True)
class Option:
    """A tag: the group of which only one may stand, what follows it (text, texts, number or nothing), and what
    extension it comes from."""

    group: str
    takes: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a command or a test looks like. `takes` names what stands behind the tags; a name with ? may be missing."""

    takes: tuple[tuple[str, str], ...] = ()
    tags: dict[str, Option] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # any of these extensions
    tests: str = ""  # "", "one" or "many"
    block: bool = False


MATCH = {
    ":is": Option("match"),
    ":contains": Option("match"),
    ":matches": Option("match"),
    ":regex": Option("match", needs="regex"),
    ":count": Option("match", "text", "relational"),
    ":value": Option("match", "text", "relational"),
    ":comparator": Option("comparator", "text"),
}
PART = {
    ":all": Option("part"),
    ":localpart": Option("part"),
    ":domain": Option("part"),
    ":user": Option("part", needs="subaddress"),
    ":detail": Option("part", needs="subaddress"),
}
INDEX = {":index": Option("index", "number", "index"), ":last": Option("last", needs="index")}
COPY = {":copy": Option("copy", needs="copy")}
FLAGS = {":flags": Option("flags", "texts", "imap4flags")}
PERIOD = {
    ":days": Option("period", "number"),
    ":seconds": Option("period", "number", "vacation-seconds"),
}
VACATION = PERIOD | {
    ":subject": Option("subject", "text"),
    ":from": Option("from", "text"),
    ":addresses": Option("addresses", "texts"),
    ":mime": Option("mime"),
    ":handle": Option("handle", "text"),
}
NOTIFY = {
    ":from": Option("from", "text"),
    ":importance": Option("importance", "text"),
    ":options": Option("options", "texts"),
    ":message": Option("message", "text"),
}
DUPLICATE = {
    ":handle": Option("handle", "text"),
    ":header": Option("what", "text"),
    ":uniqueid": Option("what", "text"),
    ":seconds": Option("seconds", "number"),
    ":last": Option("last"),
}
MODIFIERS = {
    ":lower": Option("case"),
    ":upper": Option("case"),
    ":lowerfirst": Option("first"),
    ":upperfirst": Option("first"),
    ":quotewildcard": Option("quote"),
    ":quoteregex": Option("quote", needs="regex"),
    ":encodeurl": Option("url", needs="enotify"),
    ":length": Option("length"),
}
WHERE = {
    ":personal": Option("where"),
    ":global": Option("where"),
    ":once": Option("once"),
    ":optional": Option("optional"),
}
ZONE = {":zone": Option("zone", "text"), ":originalzone": Option("zone")}
REASON = (("reason", "text"),)
FLAG_LIST = (("variable?", "text"), ("list", "texts"))

COMMANDS: dict[str, Shape] = {
    "require": Shape((("names", "texts"),)),
    "if": Shape(tests="one", block=True),
    "elsif": Shape(tests="one", block=True),
    "else": Shape(block=True),
    "stop": Shape(),
    "keep": Shape(tags=FLAGS),
    "discard": Shape(),
    "redirect": Shape((("to", "text"),), COPY),
    "fileinto": Shape(
        (("mailbox", "text"),),
        COPY
        | FLAGS
        | {":create": Option("create", needs="mailbox"), ":specialuse": Option("specialuse", "text", "special-use")},
        ("fileinto",),
    ),
    "reject": Shape(REASON, needs=("reject",)),
    "ereject": Shape(REASON, needs=("ereject",)),
    "vacation": Shape(REASON, VACATION, ("vacation",)),
    "set": Shape((("name", "text"), ("value", "text")), MODIFIERS, ("variables",)),
    "setflag": Shape(FLAG_LIST, needs=("imap4flags",)),
    "addflag": Shape(FLAG_LIST, needs=("imap4flags",)),
    "removeflag": Shape(FLAG_LIST, needs=("imap4flags",)),
    "include": Shape((("script", "text"),), WHERE, ("include",)),
    "return": Shape(needs=("include",)),
    "global": Shape((("names", "texts"),), needs=("include",)),
    "notify": Shape((("method", "text"),), NOTIFY, ("enotify",)),
    "addheader": Shape((("field", "text"), ("value", "text")), {":last": Option("last")}, ("editheader",)),
    "deleteheader": Shape(
        (("field", "text"), ("keys?", "texts")),
        MATCH | {":index": Option("index", "number"), ":last": Option("last")},
        ("editheader",),
    ),
    "error": Shape((("message", "text"),), needs=("ihave",)),
}

TESTS: dict[str, Shape] = {
    "true": Shape(),
    "false": Shape(),
    "not": Shape(tests="one"),
    "allof": Shape(tests="many"),
    "anyof": Shape(tests="many"),
    "exists": Shape((("fields", "texts"),)),
    "size": Shape((("limit", "number"),), {":over": Option("side"), ":under": Option("side")}),
    "header": Shape((("fields", "texts"), ("keys", "texts")), MATCH | INDEX),
    "address": Shape((("fields", "texts"), ("keys", "texts")), MATCH | PART | INDEX),
    "envelope": Shape((("fields", "texts"), ("keys", "texts")), MATCH | PART, ("envelope",)),
    "body": Shape(
        (("keys", "texts"),),
        MATCH | {":raw": Option("as"), ":content": Option("as", "texts"), ":text": Option("as")},
        ("body",),
    ),
    "date": Shape((("field", "text"), ("what", "text"), ("keys", "texts")), MATCH | INDEX | ZONE, ("date",)),
    "currentdate": Shape((("what", "text"), ("keys", "texts")), MATCH | {":zone": Option("zone", "text")}, ("date",)),
    "string": Shape((("values", "texts"), ("keys", "texts")), MATCH, ("variables",)),
    "hasflag": Shape((("variables?", "texts"), ("keys", "texts")), MATCH, ("imap4flags",)),
    "environment": Shape((("item", "text"), ("keys", "texts")), MATCH, ("environment",)),
    "mailboxexists": Shape((("names", "texts"),), needs=("mailbox",)),
    "specialuse_exists": Shape((("mailbox?", "text"), ("uses", "texts")), needs=("special-use",)),
    "duplicate": Shape((), DUPLICATE, ("duplicate",)),
    "ihave": Shape((("names", "texts"),), needs=("ihave",)),
    "valid_notify_method": Shape((("methods", "texts"),), needs=("enotify",)),
    "notify_method_capability": Shape(
        (("method", "text"), ("capability", "text"), ("keys", "texts")), MATCH, ("enotify",)
    ),
    "spamtest": Shape(
        (("value", "text"),),
        MATCH | {":percent": Option("percent", needs="spamtestplus")},
        ("spamtest", "spamtestplus"),
    ),
    "virustest": Shape((("value", "text"),), MATCH, ("virustest",)),
}
