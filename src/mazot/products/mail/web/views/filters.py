# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filters of an address: rules clicked together, and scripts written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import NotFound
from mazot.products.mail.actions.scripts import activate_script, put_script, remove_script
from mazot.products.mail.queries.scripts import script_named, scripts_of
from mazot.products.mail.rights import RULES
from mazot.products.mail.web.forms import ScriptForm
from mazot.products.mail.web.frame import ask, at_address, attempt, tab_page
from mazot.products.mail.web.views.rules import put_rules, rules_in, rules_of, shown
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from mazot.products.mail.models import Address

ASK = require_http_methods(["GET", "HEAD", "POST"])


@at_address
@require_safe
def overview(request: Any, address: Address) -> HttpResponse:
    """What sorts the mail of this address."""
    require(request.actor, RULES, address)
    scripts = scripts_of(request.actor, address)
    ours = next((one for one in scripts if one.recipe is not None), None)
    context = {
        "ours": ours,
        "rules": [shown(rule, number) for number, rule in enumerate(rules_in(ours))],
        "by_hand": [one for one in scripts if one.recipe is None],
        "running": next((one for one in scripts if one.is_active), None),
    }
    return tab_page(request, address, "filters", "filters", context)


@at_address
@require_POST
def change(request: Any, address: Address, number: int) -> HttpResponse:
    """Move a rule up or down, let it rest or work again, or take it away."""
    require(request.actor, RULES, address)
    rules = rules_of(request, address)
    if not 0 <= number < len(rules):
        raise NotFound("not_found")
    chosen = rules.pop(number)
    if "gone" not in request.POST:
        step = 1 if "down" in request.POST else -1 if "up" in request.POST else 0
        chosen["off"] = chosen["off"] if step else not chosen["off"]
        rules.insert(max(0, number + step), chosen)
    said = {"gone": _("The rule is gone."), "up": _("The order is saved."), "down": _("The order is saved.")}
    rests = _("This rule rests.") if chosen["off"] else _("This rule works again.")
    told = next((sentence for name, sentence in said.items() if name in request.POST), rests)
    return attempt(request, lambda: put_rules(request, address, rules), said=told, back=_of(address))


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


def _of(address: Address) -> str:
    return reverse("mail:filters", args=[address.id])
