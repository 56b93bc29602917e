# SPDX-License-Identifier: AGPL-3.0-or-later
"""The scanner at the gate, for a device that was paired and needs no account."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.errors import DomainError, NotFound
from mazot.products.tickets.actions.gates import claim_device
from mazot.products.tickets.actions.scanning import AT_ONCE, Late, Verdict, redeem, upload_scans
from mazot.products.tickets.queries.gates import (
    SENTENCES,
    device_behind,
    device_with_code,
    late_device_behind,
    scanner_at,
)
from mazot.products.tickets.queries.lonely import news_for, salt_of
from mazot.products.tickets.rules.scanning import NOT_INSIDE, OK, USED

if TYPE_CHECKING:
    from mazot.products.tickets.models import Device, Scan, Ticket

COOKIE = "mazot_gate"
STAYS = timedelta(days=60)
BODY = 256 * 1024
Door = Callable[[HttpRequest, "Device", dict[str, Any]], dict[str, Any]]


@require_safe
def gate(request: HttpRequest) -> HttpResponse:
    """The scanner where this device was paired, else the question for its code."""
    device = _device(request)
    if device is None:
        context: dict[str, Any] = {"code": request.GET.get("code", "")[:20], "ended": _device(request, even_ended=True)}
        return render(request, "tickets/gate/pair.html", context)
    checkin = device.list
    with timezone.override(ZoneInfo(checkin.performance.event.shop.timezone)):
        words = {word: sentence() for word, sentence in SENTENCES.items()}
        context = {"device": device, "list": checkin, "words": words, "performance": checkin.performance}
        return render(request, "tickets/gate/scanner.html", context)


@require_POST
def pair(request: HttpRequest) -> HttpResponse:
    """Let a device in by the code that the back office shows."""
    code = request.POST.get("code", "")[:40]
    refused, status = "", 200
    if not ratelimit.consume(request, action="gate_pair"):
        refused, status = _("There were too many tries. Wait a minute and try again."), 429
    else:
        try:
            device = device_with_code(code)
            token = claim_device(scanner_at(device), device)
        except NotFound:
            refused, status = _("No scanner waits for this code. A code works once, for a quarter of an hour."), 422
        else:
            return _paired(request, token)
    return render(request, "tickets/gate/pair.html", {"code": code, "refused": refused}, status=status)


@require_POST
def leave(_request: HttpRequest) -> HttpResponse:
    """Forget on this device which gate it stands at; the back office ends it for good."""
    response = HttpResponseRedirect(reverse("gate"))
    response.delete_cookie(COOKIE, path=reverse("gate"))
    return response


def at_the_gate(door: Door, *, even_ended: bool = False) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a paired device that asks in JSON. Only our own page can: the cookie is strict, and the type no form's."""

    @csrf_exempt
    @require_http_methods(["POST"])
    @wraps(door)
    def opened(request: HttpRequest) -> HttpResponse:
        if request.content_type != "application/json" or int(request.META.get("CONTENT_LENGTH") or 0) > BODY:
            return _unreadable()
        device = _device(request, even_ended=even_ended)
        if device is None:
            sentence = _("This scanner was ended in the back office.")
            return JsonResponse({"error": "ended", "sentence": sentence}, status=403)
        try:
            asked = json.loads(request.body)
            with timezone.override(ZoneInfo(device.list.performance.event.shop.timezone)):
                return JsonResponse(door(request, device, asked))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return _unreadable()
        except NotFound:
            return JsonResponse({"error": "ended"}, status=403)
        except DomainError as error:
            return JsonResponse({"error": error.reason, "sentence": str(error.sentence)}, status=422)

    return opened


@at_the_gate
def scan(_request: HttpRequest, device: Device, asked: dict[str, Any]) -> dict[str, Any]:
    code, is_exit = _text(asked["code"]), _flag(asked.get("is_exit", False))
    verdict = redeem(scanner_at(device), device, code=code, nonce=UUID(asked["nonce"]), is_exit=is_exit)
    return told(verdict)


@partial(at_the_gate, even_ended=True)
def late(_request: HttpRequest, device: Device, asked: dict[str, Any]) -> dict[str, Any]:
    """Take what the device decided alone; a line that cannot be read is named, and keeps none of the others out."""
    scans, unreadable = [], []
    for line in asked["scans"][: AT_ONCE + 1]:
        try:
            scans.append(_late(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            unreadable.append(str(line.get("nonce", ""))[:40] if isinstance(line, dict) else "")
    answers = upload_scans(scanner_at(device), device, scans=scans, sent_at=_moment(asked["sent_at"]))
    told = {str(nonce): result for nonce, result in answers.items()}
    return {"answers": told, "unreadable": unreadable, "ended": device.revoked_at is not None}


@require_safe
@gzip_page
def known(request: HttpRequest) -> HttpResponse:
    """What the device keeps for when it is alone and has not yet: salted codes, never the codes themselves."""
    device = _device(request)
    if device is None:
        return JsonResponse({"error": "ended"}, status=403)
    asked, now = request.GET, clock.now()
    news = news_for(device, now, marks=asked.get("marks", ""), mode=asked.get("mode", ""), since=_since(asked))
    body = {
        "salt": salt_of(device).hex(),
        "mode": device.list.mode,
        "opens": _milliseconds(device.list.opens_at),
        "closes": _milliseconds(device.list.closes_at),
        "now": _milliseconds(now),
        "parts": news.parts,
        "through": news.through,
        "whole": news.whole,
        "heard": _milliseconds(news.heard),
    }
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return HttpResponse(text, content_type="application/json", headers={"Cache-Control": "no-store"})


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The program that keeps the page at hand without a network; its place in the address is its reach."""
    text = render_to_string("tickets/gate/worker.js")
    return HttpResponse(text, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    text = render_to_string("tickets/gate/manifest.json", request=request)
    return HttpResponse(text, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


def told(verdict: Verdict) -> dict[str, Any]:
    """What the scanner shows: in words, with a tone, and whom it is about."""
    ticket, before = verdict.ticket, verdict.before
    tone = "ok" if verdict.result == OK else "again" if verdict.result in (USED, NOT_INSIDE) else "no"
    return {
        "result": verdict.result,
        "tone": tone,
        "sentence": _("Goodbye.") if verdict.result == OK and verdict.scan.is_exit else SENTENCES[verdict.result](),
        "place": _place(ticket) if ticket else "",
        "holder": ticket.holder_name if ticket else "",
        "more": _more(verdict.result, ticket, before),
    }


def _place(ticket: Ticket) -> str:
    return ticket.seat_label or ticket.zone.name


def _more(result: str, ticket: Ticket | None, before: Scan | None) -> str:
    if result == USED and before is not None:
        where = " · ".join(filter(None, (before.device.gate, before.device.name))) if before.device else ""
        at = date_format(timezone.localtime(before.at), "SHORT_DATETIME_FORMAT")
        return " · ".join(filter(None, (at, where)))
    if ticket is None:
        return ""
    if result == OK:
        return ticket.price.name
    starts = date_format(timezone.localtime(ticket.performance.starts_at), "SHORT_DATETIME_FORMAT")
    return f"{ticket.performance.event.title}, {starts}"


def _paired(request: HttpRequest, token: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("gate"))
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(STAYS.total_seconds()),
        path=reverse("gate"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Strict",
    )
    return response


def _device(request: HttpRequest, *, even_ended: bool = False) -> Device | None:
    token = request.COOKIES.get(COOKIE, "")
    try:
        return late_device_behind(token) if even_ended else device_behind(token)
    except NotFound:
        return None


def _late(line: Any) -> Late:
    at, is_exit, let_in = _moment(line["at"]), _flag(line["is_exit"]), _flag(line["let_in"])
    return Late(_text(line["code"]), at, UUID(line["nonce"]), is_exit, let_in)


def _moment(value: Any) -> datetime:
    """A moment as milliseconds since 1970, as browsers count."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 4e12:
        raise ValueError(value)
    return datetime.fromtimestamp(value / 1000, tz=clock.now().tzinfo)


def _since(asked: Any) -> datetime | None:
    try:
        return _moment(float(asked.get("since", "")))
    except (ValueError, OverflowError):
        return None


def _milliseconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp() * 1000)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value[:200].encode()  # half a surrogate pair is no text, and no row takes it
    return value[:200].replace("\x00", "")


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _unreadable() -> JsonResponse:
    return JsonResponse({"error": "unreadable", "sentence": _("This request cannot be read.")}, status=400)
