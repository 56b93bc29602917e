# SPDX-License-Identifier: AGPL-3.0-or-later
"""The automatic replies of an address: many are kept, one is on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation import clock
from mazot.products.mail.actions.replies import ReplyText, change_reply, make_reply, remove_reply, switch_reply
from mazot.products.mail.queries.replying import reply_of
from mazot.products.mail.queries.scripts import replies_of
from mazot.products.mail.rights import REPLIES
from mazot.products.mail.web.forms import ReplyForm
from mazot.products.mail.web.frame import ask, at_address, attempt, tab_page
from mazot.tenancy.rights import require

if TYPE_CHECKING:
    from datetime import date

    from mazot.products.mail.models import Address, Reply

ASK = require_http_methods(["GET", "HEAD", "POST"])


@at_address
@require_safe
def overview(request: Any, address: Address) -> HttpResponse:
    """What this address answers by itself, and when."""
    require(request.actor, REPLIES, address)
    rows = [(one, _last_day(one), _days(one.weekdays)) for one in replies_of(request.actor, address)]
    return tab_page(request, address, "replies", "replies", {"rows": rows, "now": clock.now()})


@at_address
@ASK
def new(request: Any, address: Address) -> HttpResponseBase:
    require(request.actor, REPLIES, address)
    return ask(
        request,
        ReplyForm(request.POST or None),
        lambda said: make_reply(request.actor, address, told=_told(said)) and None,
        title=_("New automatic reply"),
        verb=_("Save"),
        said=_("The reply is kept. Turn it on when it is to answer."),
        lead=_("Nobody is answered twice in four days, and lists and other programs are never answered."),
        back=_of(address),
    )


@at_address
@ASK
def edit(request: Any, address: Address, reply_id: UUID) -> HttpResponseBase:
    require(request.actor, REPLIES, address)
    found = reply_of(address, reply_id)
    return ask(
        request,
        ReplyForm(request.POST or None, initial=_initial(found)),
        lambda said: change_reply(request.actor, found, told=_told(said)) and None,
        title=found.name,
        verb=_("Save"),
        said=_("The reply is saved."),
        back=_of(address),
    )


@at_address
@require_POST
def switch(request: Any, address: Address, reply_id: UUID) -> HttpResponse:
    """Turn one on, and every other off; or turn it off."""
    require(request.actor, REPLIES, address)
    found, is_on = reply_of(address, reply_id), request.POST.get("on") == "1"
    said = _("“%(name)s” answers from now on.") if is_on else _("“%(name)s” answers nobody any more.")
    return attempt(
        request,
        lambda: switch_reply(request.actor, found, is_on=is_on),
        said=said % {"name": found.name},
        back=_of(address),
    )


@at_address
@require_POST
def remove(request: Any, address: Address, reply_id: UUID) -> HttpResponse:
    require(request.actor, REPLIES, address)
    found = reply_of(address, reply_id)
    return attempt(request, lambda: remove_reply(request.actor, found), said=_("The reply is gone."), back=_of(address))


def _told(said: dict[str, Any]) -> ReplyText:
    ends = said["ends"] + timedelta(days=1) if said["ends"] else None  # its last day counts whole
    return ReplyText(
        name=said["name"],
        text=said["text"],
        subject=said["subject"],
        starts_at=_midnight(said["starts"]),
        ends_at=_midnight(ends),
        weekdays=sum(1 << int(day) for day in said["weekdays"]),
        exceptions=said["exceptions"],
    )


def _initial(reply: Reply) -> dict[str, Any]:
    return {
        "name": reply.name,
        "subject": reply.subject,
        "text": reply.text,
        "starts": timezone.localtime(reply.starts_at).date() if reply.starts_at else None,
        "ends": _last_day(reply),
        "weekdays": [str(day) for day in range(7) if reply.weekdays >> day & 1],
        "exceptions": reply.exceptions,
    }


def _last_day(reply: Reply) -> date | None:
    return timezone.localtime(reply.ends_at - timedelta(seconds=1)).date() if reply.ends_at else None


def _days(weekdays: int) -> str:
    """The days of the week on which it answers; empty when it is all of them."""
    names = [str(title) for day, title in ReplyForm.DAYS if weekdays >> int(day) & 1]
    return "" if len(names) == 7 else ", ".join(names)


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _of(address: Address) -> str:
    return reverse("mail:replies", args=[address.id])
