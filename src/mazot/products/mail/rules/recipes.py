# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filters as people click them together, and the Sieve that is made of them (RFC 5228).

A recipe is {"rules": [rule]}, in their order; a rule is {"conditions": [{"field", "how", "what"}], "any", "deeds",
"folder", "to", "stops", "off"}. What somebody writes by hand has none, and the assistant does not touch it.
"""

from typing import Any

from mazot.products.mail.rules.addressing import apart
from mazot.products.mail.rules.names import fault_of, whole_name

# Programs show names where people wrote them: a part of a sender is looked for in the whole field, as it is seen.
TEXTS = {
    "from": '"from"',
    "to": '["to", "cc"]',
    "cc": '"cc"',
    "reply": '"reply-to"',
    "subject": '"subject"',
    "list": '"list-id"',
    "body": "",
}
SIZES = {"larger": "size :over {size}", "smaller": "size :under {size}"}
KINDS = {
    "newsletter": 'exists "list-unsubscribe"',
    "mailing": 'anyof (exists "list-id", header :is "precedence" "list")',
    "automatic": 'allof (exists "auto-submitted", not header :is "auto-submitted" "no")',
    "bounce": 'envelope :is "from" ""',
    "spam": 'header :contains "x-spam-flag" "yes"',
}
FIELDS = (*TEXTS, *SIZES, *KINDS)
ADDRESSES = frozenset({"from", "to", "cc", "reply"})
HOWS = ("contains", "lacks", "is", "matches")
# Flags first: a letter is filed with those that were set before.
DEEDS = {
    "star": 'addflag "\\\\Flagged";',
    "read": 'addflag "\\\\Seen";',
    "forward": "redirect :copy {to};",
    "copy": "fileinto :copy :create {folder};",
    "folder": "fileinto :create {folder};",
    "archive": 'fileinto :specialuse "\\\\Archive" "Archive";',
    "trash": 'fileinto :specialuse "\\\\Trash" "Trash";',
    "spam": 'fileinto :specialuse "\\\\Junk" "Spam";',
    "discard": "discard;",
}
NEEDS = ("fileinto", "imap4flags", "mailbox", "copy", "special-use", "envelope", "body")
MOST_RULES = 100
MOST_CONDITIONS = 10
MOST_FORWARDS = 4  # of the whole script: a letter is passed on to no more
LONGEST_WHAT = 200
LARGEST = 200  # megabytes
Rule = dict[str, Any]


class BadRule(ValueError):
    """A rule that cannot be: the argument is the field that is wrong."""


def checked_rule(rule: Rule) -> Rule:
    """The rule as it is kept."""
    # A rule of one condition may name it directly.
    asked = rule.get("conditions", [rule])
    if not 0 < len(asked) <= MOST_CONDITIONS:
        raise BadRule("what")
    conditions = [_checked_condition(condition) for condition in asked]
    deeds = [deed for deed in DEEDS if deed in rule.get("deeds", ())]
    if not deeds or len(deeds) != len(set(rule.get("deeds", ()))):
        raise BadRule("deeds")
    folder, to = whole_name(_line(rule.get("folder", ""))), _line(rule.get("to", ""))
    files = "folder" in deeds or "copy" in deeds
    if files and fault_of(folder)[0]:
        raise BadRule("folder")
    if "forward" in deeds and apart(to) is None:
        raise BadRule("to")
    return {
        "conditions": conditions,
        "any": bool(rule.get("any")),
        "deeds": deeds,
        "folder": folder if files else "",
        "to": to if "forward" in deeds else "",
        "stops": bool(rule.get("stops")),
        "off": bool(rule.get("off")),
    }


def sieve_of(rules: list[Rule]) -> str:
    """The script that does what some rules say."""
    lines = [f"require [{', '.join(map(_quoted, NEEDS))}];", ""]
    for rule in map(checked_rule, rules):
        if rule["off"]:
            continue
        deeds = [DEEDS[deed].format(folder=_quoted(rule["folder"]), to=_quoted(rule["to"])) for deed in rule["deeds"]]
        stops = ["    stop;"] if rule["stops"] else []
        lines += [f"if {_test_of(rule)} {{", *(f"    {deed}" for deed in deeds), *stops, "}", ""]
    return "\r\n".join(lines)


def n_forwards(rules: list[Rule]) -> int:
    """How many of some rules pass letters on."""
    return sum("forward" in rule["deeds"] and not rule.get("off") for rule in rules)


def _checked_condition(condition: Rule) -> Rule:
    field, how, what = condition.get("field"), condition.get("how"), _line(condition.get("what", ""))
    if field not in FIELDS:
        raise BadRule("field")
    if field in KINDS:
        return {"field": field, "how": "", "what": ""}
    if field in SIZES:
        if not (what.isascii() and what.isdigit() and len(what) < 4 and 0 < int(what) <= LARGEST):
            raise BadRule("size")
        return {"field": field, "how": "", "what": str(int(what))}
    if how not in HOWS:
        raise BadRule("how")
    if not 0 < len(what) <= LONGEST_WHAT:
        raise BadRule("what")
    return {"field": field, "how": how, "what": what}


def _test_of(rule: Rule) -> str:
    tests = [_one_test(**condition) for condition in rule["conditions"]]
    return tests[0] if len(tests) == 1 else f"{'anyof' if rule['any'] else 'allof'} ({', '.join(tests)})"


def _one_test(field: str, how: str, what: str) -> str:
    if field in KINDS:
        return KINDS[field]
    if field in SIZES:
        return SIZES[field].format(size=f"{what}M")
    name = "address" if field in ADDRESSES and how in ("is", "matches") else "header"
    tag, no = (":contains", "not ") if how == "lacks" else (f":{how}", "")
    if field == "body":
        return f"{no}body :text {tag} {_quoted(what)}"
    return f"{no}{name} {tag} {TEXTS[field]} {_quoted(what)}"


def _line(text: object) -> str:
    return " ".join(str(text).replace("\0", "").split())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
