# SPDX-License-Identifier: AGPL-3.0-or-later
"""One rule of the filters of an address, clicked together: when, then what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Invalid, NotFound
from mazot.products.mail.actions.scripts import activate_script, put_script
from mazot.products.mail.queries.mailboxes import mailboxes_for
from mazot.products.mail.queries.scripts import scripts_of
from mazot.products.mail.rights import RULES
from mazot.products.mail.rules.recipes import (
    KINDS,
    MOST_CONDITIONS,
    MOST_FORWARDS,
    MOST_RULES,
    SIZES,
    BadRule,
    Rule,
    checked_rule,
    n_forwards,
    sieve_of,
)
from mazot.products.mail.web.frame import TOLD, at_address, said_of, tab_page
from mazot.tenancy.rights import require
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.mail.models import Address, Script

OURS = "Rules"  # the name of the assistant's script, as programs see it
FIELDS: dict[str, str | Promise] = {
    "from": gettext_lazy("Sender"),
    "to": gettext_lazy("Recipient or copy"),
    "cc": gettext_lazy("Copy"),
    "reply": gettext_lazy("Reply address"),
    "subject": gettext_lazy("Subject"),
    "list": gettext_lazy("Mailing list"),
    "body": gettext_lazy("Text"),
    "larger": gettext_lazy("Larger than (MB)"),
    "smaller": gettext_lazy("Smaller than (MB)"),
    "newsletter": gettext_lazy("Is a newsletter"),
    "mailing": gettext_lazy("Comes from a mailing list"),
    "automatic": gettext_lazy("Was sent by a machine"),
    "bounce": gettext_lazy("Says that a letter did not arrive"),
    "spam": gettext_lazy("Is marked as spam"),
}
HOWS: dict[str, str | Promise] = {
    "contains": gettext_lazy("contains"),
    "lacks": gettext_lazy("does not contain"),
    "is": gettext_lazy("is exactly"),
    "matches": gettext_lazy("is like, with * and ?"),
}
DEEDS: dict[str, str | Promise] = {
    "folder": gettext_lazy("Put into a folder"),
    "copy": gettext_lazy("Put a copy into a folder"),
    "forward": gettext_lazy("Send a copy to a colleague"),
    "star": gettext_lazy("Mark with a star"),
    "read": gettext_lazy("Mark as read"),
    "archive": gettext_lazy("Put into the archive"),
    "trash": gettext_lazy("Put into the bin"),
    "spam": gettext_lazy("Put into spam"),
    "discard": gettext_lazy("Delete for good"),
}
FAULTS: dict[str, str | Promise] = {
    "field": gettext_lazy("Choose what the rule looks at."),
    "how": gettext_lazy("Choose how it is compared."),
    "what": gettext_lazy("Say what it looks for, in at most 200 letters."),
    "size": gettext_lazy("Give the size in megabytes, from 1 to 200."),
    "deeds": gettext_lazy("Choose at least one thing that it does."),
    "folder": gettext_lazy("Name the folder."),
    "to": gettext_lazy("Give the whole address of a colleague."),
}
BLANK: Rule = {"field": "from", "how": "contains", "what": ""}
NEW: Rule = {"conditions": [BLANK], "deeds": ["folder"], "stops": True}


@at_address
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: Any, address: Address, number: int | None = None) -> HttpResponseBase:
    """A new rule, or one that is there; its conditions come and go with buttons of the form."""
    require(request.actor, RULES, address)
    rules = rules_of(request, address)
    if number is not None and not 0 <= number < len(rules):
        raise NotFound("not_found")
    told, error = (NEW if number is None else rules[number]), ""
    if request.method == "POST":
        told = _told(request.POST) | {"off": bool(number is not None and rules[number].get("off"))}
        if "more" not in request.POST and "less" not in request.POST:
            try:
                keep_rules(request, address, _with(rules, told, number))
            except TOLD as refusal:
                error = said_of(refusal)
            else:
                toast_later(request, _("The rule is saved, and mail is sorted by it from now on."))
                return HttpResponseRedirect(reverse("mail:filters", args=[address.id]))
    context = {
        "rule": told,
        "error": error,
        "is_new": number is None,
        "fields": [*FIELDS.items()],
        "hows": [*HOWS.items()],
        "deeds": [(key, title, key in told["deeds"]) for key, title in DEEDS.items()],
        "folders": [one.name for one in mailboxes_for(request.actor, address.store)],
        "has_room": len(told["conditions"]) < MOST_CONDITIONS,
    }
    return tab_page(request, address, "filters", "rule", context, status=422 if error else 200)


def rules_of(request: Any, address: Address) -> list[Rule]:
    """The rules of an address, as the assistant keeps them."""
    ours = next((one for one in scripts_of(request.actor, address) if one.recipe is not None), None)
    return rules_in(ours)


def rules_in(ours: Script | None) -> list[Rule]:
    return [checked_rule(one) for one in (ours.recipe or {}).get("rules", [])] if ours else []


def keep_rules(request: Any, address: Address, rules: list[Rule]) -> None:
    """Keep the rules in this order, and let them run."""
    put_rules(request, address, rules)
    activate_script(request.actor, address, name=OURS)


def put_rules(request: Any, address: Address, rules: list[Rule]) -> None:
    """Keep the rules in this order; whether they run stays as it is."""
    if len(rules) > MOST_RULES:
        raise Invalid("too_many", _("There are at most 100 rules."), field="what")
    if n_forwards(rules) > MOST_FORWARDS:
        raise Invalid("too_many", _("At most 4 rules send copies to colleagues."), field="to")
    put_script(request.actor, address, name=OURS, source=sieve_of(rules), recipe={"rules": rules})


def shown(rule: Rule, number: int) -> dict[str, Any]:
    """A rule in words."""
    link = _(" or ") if rule["any"] else _(" and ")
    deeds = []
    for deed in sorted(rule["deeds"], key=[*DEEDS].index):
        more = rule["folder"] if deed in {"folder", "copy"} else rule["to"] if deed == "forward" else ""
        deeds.append(f"{DEEDS[deed]}: {more}" if more else str(DEEDS[deed]))
    return {
        "number": number,
        "when": link.join(_condition(condition) for condition in rule["conditions"]),
        "deeds": " · ".join(deeds),
        "stops": rule["stops"],
        "off": rule["off"],
    }


def _condition(condition: Rule) -> str:
    field = str(FIELDS[condition["field"]])
    if condition["field"] in KINDS:
        return field
    if condition["field"] in SIZES:
        return f"{field}: {condition['what']}"
    return f"{field} {HOWS[condition['how']]} “{condition['what']}”"


def _with(rules: list[Rule], told: Rule, number: int | None) -> list[Rule]:
    try:
        checked = checked_rule(told)
    except BadRule as error:
        raise Invalid("rule", FAULTS[str(error)], field=str(error)) from error
    return [*rules, checked] if number is None else [*rules[:number], checked, *rules[number + 1 :]]


def _told(sent: Any) -> Rule:
    """What the form says, as it is: checked when it is kept."""
    columns = (sent.getlist(name)[: MOST_CONDITIONS + 1] for name in ("field", "how", "what"))
    conditions = [{"field": field, "how": how, "what": what[:1000]} for field, how, what in zip(*columns, strict=False)]
    less = sent.get("less", "")
    if less.isascii() and less.isdigit() and len(less) < 3 and len(conditions) > 1:
        conditions = [one for at, one in enumerate(conditions) if at != int(less)]
    if "more" in sent and len(conditions) < MOST_CONDITIONS:
        conditions.append(BLANK)
    return {
        "conditions": conditions or [BLANK],
        "any": sent.get("any") == "1",
        "deeds": sent.getlist("deeds")[:20],
        "folder": sent.get("folder", "")[:1000],
        "to": sent.get("to", "")[:1000],
        "stops": bool(sent.get("stops")),
    }
