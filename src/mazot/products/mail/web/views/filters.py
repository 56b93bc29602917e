# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filters of an address: rules clicked together, and scripts written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import Invalid, NotFound
from mazot.products.mail.actions.scripts import activate_script, put_script, remove_script
from mazot.products.mail.queries.scripts import script_named, scripts_of
from mazot.products.mail.rights import RULES
from mazot.products.mail.rules.recipes import MOST_RULES, BadRule, Rule, checked_rule, sieve_of
from mazot.products.mail.web.forms import RuleForm, ScriptForm
from mazot.products.mail.web.frame import ask, at_address, attempt, tab_page
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address

ASK = require_http_methods(["GET", "HEAD", "POST"])
OURS = "Rules"  # the name of the assistant's script, as programs see it
FAULTS: dict[str, str | Promise] = {
    "field": gettext_lazy("Choose what the rule looks at."),
    "how": gettext_lazy("Choose how it is compared."),
    "what": gettext_lazy("Say what it looks for, in at most 200 letters."),
    "deeds": gettext_lazy("Choose at least one thing that it does."),
    "folder": gettext_lazy("Name the folder."),
}


@at_address
@require_safe
def overview(request: Any, address: Address) -> HttpResponse:
    """What sorts the mail of this address."""
    require(request.actor, RULES, address)
    scripts = scripts_of(request.actor, address)
    ours = next((one for one in scripts if one.recipe is not None), None)
    context = {
        "ours": ours,
        "rules": [_shown(rule) for rule in (ours.recipe or {}).get("rules", [])] if ours else [],
        "by_hand": [one for one in scripts if one.recipe is None],
        "running": next((one for one in scripts if one.is_active), None),
    }
    return tab_page(request, address, "filters", "filters", context)


@at_address
@ASK
def rule(request: Any, address: Address) -> HttpResponseBase:
    """One more rule; the rules run from then on."""
    require(request.actor, RULES, address)

    def deed(said: dict[str, Any]) -> None:
        rules = [*_rules(request, address), _checked(said)]
        if len(rules) > MOST_RULES:
            raise Invalid("too_many", _("There are at most 100 rules."), field="what")
        _keep(request, address, rules)

    return ask(
        request,
        RuleForm(request.POST or None),
        deed,
        title=_("New rule"),
        verb=_("Save"),
        said=_("The rule is saved, and mail is sorted by it from now on."),
        back=_of(address),
    )


@at_address
@require_POST
def change(request: Any, address: Address, number: int) -> HttpResponse:
    """Move a rule up, or take it away."""
    require(request.actor, RULES, address)
    rules = _rules(request, address)
    if not 0 <= number < len(rules):
        raise NotFound("not_found")
    moved = rules.pop(number)
    if "up" in request.POST:
        rules.insert(max(0, number - 1), moved)
    said = _("The order is saved.") if "up" in request.POST else _("The rule is gone.")
    return attempt(request, lambda: _keep(request, address, rules), said=said, back=_of(address))


@at_address
@ASK
def script(request: Any, address: Address, name: str = "") -> HttpResponseBase:
    """A script of one's own in Sieve: a new one, or one that is there."""
    require(request.actor, RULES, address)
    found = script_named(request.actor, address, name) if name else None
    if found is not None and found.recipe is not None:
        raise NotFound("not_found")  # the assistant's is changed rule by rule
    form = ScriptForm(request.POST or None, initial={"name": name, "source": found.source if found else ""})
    if found is not None:
        form.fields.pop("name")

    def deed(said: dict[str, Any]) -> None:
        put_script(request.actor, address, name=name or said["name"], source=said["source"])

    return ask(
        request,
        form,
        deed,
        title=name or _("New script"),
        verb=_("Save"),
        said=_("The script is saved."),
        back=_of(address),
    )


@at_address
@require_POST
def run(request: Any, address: Address) -> HttpResponse:
    """Let one of them sort the mail, or none."""
    require(request.actor, RULES, address)
    name = request.POST.get("name", "")[:200]
    said = _("Mail is sorted by “%(name)s” from now on.") if name else _("Mail is not sorted any more.")
    return attempt(
        request,
        lambda: activate_script(request.actor, address, name=name),
        said=said % {"name": name},
        back=_of(address),
    )


@at_address
@require_POST
def remove(request: Any, address: Address, name: str) -> HttpResponse:
    require(request.actor, RULES, address)
    return attempt(
        request,
        lambda: remove_script(request.actor, address, name=name),
        said=_("The script is gone."),
        back=_of(address),
    )


def _rules(request: Any, address: Address) -> list[Rule]:
    ours = next((one for one in scripts_of(request.actor, address) if one.recipe is not None), None)
    return list((ours.recipe or {}).get("rules", [])) if ours else []


def _keep(request: Any, address: Address, rules: list[Rule]) -> None:
    put_script(request.actor, address, name=OURS, source=sieve_of(rules), recipe={"rules": rules})
    activate_script(request.actor, address, name=OURS)


def _checked(said: dict[str, Any]) -> Rule:
    try:
        return checked_rule(said)
    except BadRule as error:
        field = str(error)
        raise Invalid("rule", FAULTS[field], field=field) from error


def _shown(rule: Rule) -> dict[str, Any]:
    """A rule in words."""
    titles: dict[str, dict[str, Any]] = {
        "field": dict(RuleForm.FIELDS),
        "how": dict(RuleForm.HOWS),
        "deeds": dict(RuleForm.DEEDS),
    }
    deeds = [
        f"{titles['deeds'][deed]}: {rule['folder']}" if deed == "folder" else str(titles["deeds"][deed])
        for deed in rule["deeds"]
    ]
    return {
        "when": f"{titles['field'][rule['field']]} {titles['how'][rule['how']]} “{rule['what']}”",
        "deeds": " · ".join(deeds),
        "stops": bool(rule.get("stops")),
    }


def _of(address: Address) -> str:
    return reverse("mail:filters", args=[address.id])
