# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say what happened, and offer the way back.

`toast(response, …)` for an answer that htmx swaps; `toast_later(request, …)` before a redirect to a whole page.
"""

import json
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

Response = TypeVar("Response", bound=HttpResponseBase)

EVENT = "mazot:toast"
_MARK = "undo="


def trigger(response: Response, event: str, detail: Any = None) -> Response:
    """Name a fact in `HX-Trigger`, beside those the answer already names."""
    written = response.headers.get("HX-Trigger", "")
    named: dict[str, Any] = json.loads(written) if written.startswith("{") else {}
    for name in filter(None, (part.strip() for part in written.split(","))) if not named else ():
        named[name] = {}
    named[event] = {} if detail is None else detail
    # ASCII only: a header carries no other letters.
    response.headers["HX-Trigger"] = json.dumps(named)
    return response


def toast(response: Response, sentence: object, *, undo: str = "", kind: str = "done") -> Response:
    """Show a toast when the answer arrives; `undo` is an address that a POST takes back. Kinds: done, warning."""
    return trigger(response, EVENT, {"text": str(sentence), "undo": undo, "kind": kind})


def toast_later(request: HttpRequest, sentence: object, *, undo: str = "", kind: str = "done") -> None:
    """Show a toast on the next whole page."""
    level = messages.WARNING if kind == "warning" else messages.SUCCESS
    messages.add_message(request, level, str(sentence), extra_tags=_MARK + undo if undo else "")


def done(
    request: HttpRequest, sentence: object, *, back: str, undo: str = "", fact: str = "", kind: str = "done"
) -> HttpResponse:
    """The answer to a deed: to htmx the fact and a toast beside the page, else the page `back` with a toast."""
    if request.headers.get("HX-Request") != "true":
        toast_later(request, sentence, undo=undo, kind=kind)
        return HttpResponseRedirect(back)
    response = HttpResponse(status=204)
    if fact:
        trigger(response, fact)
    return toast(response, sentence, undo=undo, kind=kind)


def undo_of(message: Any) -> str:
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix(_MARK) if tags.startswith(_MARK) else ""
