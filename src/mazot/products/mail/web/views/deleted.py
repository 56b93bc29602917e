# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deleted mail of an address: what can come back within thirty days, letter by letter or as on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.errors import NotFound, Refused
from mazot.products.mail.actions.restoring import AT_ONCE, restore_messages
from mazot.products.mail.jobs import restore_day
from mazot.products.mail.queries.addresses import store_of
from mazot.products.mail.queries.gone import KEPT_FOR, gone_page
from mazot.products.mail.rights import RESTORE
from mazot.products.mail.web.frame import at_address, attempt, tab_page
from mazot.tenancy.rights import require
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.mail.models import Address, Store


@at_address
@require_safe
def overview(request: Any, address: Address) -> HttpResponse:
    """What was deleted, day by day."""
    store = _store(address)
    said = {key: request.GET.get(key, "")[:1000] for key in ("mailbox", "words")}
    said["words"] = said["words"][:100]
    found = gone_page(request.actor, store, **said, before=request.GET.get("before", ""))
    days = groupby(found.messages, key=lambda one: timezone.localtime(one.gone_at).date() if one.gone_at else None)
    today = timezone.localtime(clock.now()).date()
    context = {
        "days": [(day, list(messages)) for day, messages in days],
        "found": found,
        "said": said,
        "folders": [("", _("Every folder")), *((name, f"{name} ({n})") for name, n in found.mailboxes)],
        "query": urlencode({key: value for key, value in said.items() if value}),
        "is_narrow": any(said.values()) or "before" in request.GET,
        "first_day": today - KEPT_FOR + timedelta(days=1),
        "today": today,
    }
    return tab_page(request, address, "deleted", "deleted", context)


@at_address
@require_POST
def restore(request: Any, address: Address) -> HttpResponse:
    """Bring the chosen letters back."""
    store = _store(address)
    require(request.actor, RESTORE, address)
    ids = [int(one) for one in request.POST.getlist("letter") if one.isascii() and one.isdecimal() and len(one) < 19]
    back = reverse("mail:deleted", args=[address.id])
    if not ids:
        toast_later(request, _("Choose the letters that are to come back."), kind="warning")
        return HttpResponseRedirect(back)
    said = ngettext("%(n)d letter is back in its folder.", "%(n)d letters are back in their folders.", len(ids))
    return attempt(
        request,
        lambda: restore_messages(request.actor, store, message_ids=ids[:AT_ONCE]),
        said=said % {"n": len(ids)},
        back=back,
    )


@at_address
@require_POST
def day(request: Any, address: Address) -> HttpResponse:
    """Bring back everything that was deleted since a day began."""
    store = _store(address)
    require(request.actor, RESTORE, address)
    return attempt(
        request,
        lambda: restore_day.later(store.id, _begin_of(request.POST.get("day", "")).isoformat()),
        said=_("What was deleted since then comes back, folder by folder."),
        back=reverse("mail:deleted", args=[address.id]),
    )


def _begin_of(said: str) -> datetime:
    try:
        wanted = date.fromisoformat(said)
    except ValueError as error:
        raise Refused("no_day", _("This is no day; one looks like 2026-11-23."), field="day") from error
    today = timezone.localtime(clock.now()).date()
    if not today - KEPT_FOR <= wanted <= today:
        raise Refused("no_such_day", _("Deleted mail can come back for thirty days."), field="day")
    return timezone.make_aware(datetime.combine(wanted, time.min))


def _store(address: Address) -> Store:
    store = store_of(address)
    if store is None:
        raise NotFound("not_found")
    return store
