# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filters as people click them together, and the Sieve that is made of them (RFC 5228).

A recipe is {"rules": [{"field", "how", "what", "deeds": [...], "folder", "stops"}]}, in their order. What somebody
writes by hand has none, and the assistant does not touch it.
"""

from typing import Any

from mazot.products.mail.rules.names import fault_of, whole_name

FIELDS = {
    "from": 'address :{how} "from" {what}',
    "to": 'address :{how} ["to", "cc"] {what}',
    "subject": 'header :{how} "subject" {what}',
    "list": 'header :{how} "list-id" {what}',
}
HOWS = ("contains", "is", "matches")
DEEDS = {
    "folder": "fileinto :create {folder};",
    "star": 'addflag "\\\\Flagged";',
    "read": 'addflag "\\\\Seen";',
    "trash": 'fileinto "Trash";',
    "spam": 'fileinto "Spam";',
}
MOST_RULES = 100
LONGEST_WHAT = 200
Rule = dict[str, Any]


class BadRule(ValueError):
    """A rule that cannot be: the argument is the field that is wrong."""


def checked_rule(rule: Rule) -> Rule:
    """The rule as it is kept."""
    what, folder = _line(rule.get("what", "")), whole_name(_line(rule.get("folder", "")))
    deeds = [deed for deed in DEEDS if deed in rule.get("deeds", ())]
    if rule.get("field") not in FIELDS:
        raise BadRule("field")
    if rule.get("how") not in HOWS:
        raise BadRule("how")
    if not 0 < len(what) <= LONGEST_WHAT:
        raise BadRule("what")
    if not deeds:
        raise BadRule("deeds")
    if "folder" in deeds and fault_of(folder)[0]:
        raise BadRule("folder")
    return {
        "field": rule["field"],
        "how": rule["how"],
        "what": what,
        "deeds": deeds,
        "folder": folder if "folder" in deeds else "",
        "stops": bool(rule.get("stops")),
    }


def sieve_of(rules: list[Rule]) -> str:
    """The script that does what some rules say."""
    lines = ['require ["fileinto", "imap4flags", "mailbox"];', ""]
    for rule in map(checked_rule, rules):
        test = FIELDS[rule["field"]].format(how=rule["how"], what=_quoted(rule["what"]))
        # Flags first: a letter is filed with those that were set before.
        order = sorted(rule["deeds"], key=lambda deed: not DEEDS[deed].startswith("addflag"))
        deeds = [DEEDS[deed].format(folder=_quoted(rule["folder"])) for deed in order]
        deeds += ["stop;"] if rule["stops"] else []
        lines += [f"if {test} {{", *(f"    {deed}" for deed in deeds), "}", ""]
    return "\r\n".join(lines)


def _line(text: object) -> str:
    return " ".join(str(text).replace("\0", "").split())


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
