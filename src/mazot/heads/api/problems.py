# SPDX-License-Identifier: AGPL-3.0-or-later
"""One table from the ways a deed can fail to problem details (RFC 9457), in the language of the token's owner."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema
from ninja.errors import ValidationError as Malformed

from mazot.foundation.errors import (
    Busy,
    Conflict,
    DomainError,
    Invalid,
    NoSpace,
    NotAllowed,
    NotFound,
    OverQuota,
    Refused,
    SignInRefused,
    TooMany,
    first_fitting,
    seconds_of_rest,
)

MEDIA = "application/problem+json"

TABLE: tuple[tuple[type[Exception], tuple[int, Promise]], ...] = (
    (SignInRefused, (401, gettext_lazy("Send a valid token as “Authorization: Bearer …”."))),
    (NotFound, (404, gettext_lazy("There is no such thing here."))),
    (NotAllowed, (403, gettext_lazy("You may not do this."))),
    (OverQuota, (409, gettext_lazy("There is not enough room left."))),
    (Conflict, (409, gettext_lazy("This has changed in the meantime."))),
    (Invalid, (422, gettext_lazy("What was sent cannot be used."))),
    (Refused, (409, gettext_lazy("This is not possible."))),
    (TooMany, (429, gettext_lazy("There were too many requests."))),
    (NoSpace, (503, gettext_lazy("There is no room left on the server's disk."))),
    (Busy, (503, gettext_lazy("Others are writing at this moment."))),
)
SECONDS_OF_REST = 3


class Problem(Schema):
    """Why a request was not carried out."""

    type: str = "about:blank"
    title: str
    status: int
    reason: str
    detail: str = ""
    field: str | None = None
    way_out: str | None = None
    limit: int | str | None = None
    errors: list[dict[str, str]] | None = None


def answer(
    status: int, reason: str, title: object, *, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """A problem as an answer; `title` is a whole sentence."""
    told = {"type": "about:blank", "title": str(title), "status": status, "reason": reason}
    told |= {name: value for name, value in more.items() if value not in (None, "")}
    response = JsonResponse(told, status=status, content_type=MEDIA, json_dumps_params={"ensure_ascii": False})
    for name, value in (headers or {}).items():
        response[name] = value
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Mazot"'
    return response


def from_domain(_request: HttpRequest | None, error: DomainError) -> HttpResponse:
    """What a failed deed says."""
    said = first_fitting(error, TABLE)
    if said is None:
        raise error  # a way to fail that nobody wrote down: a fault of ours
    status, usual = said
    if isinstance(error, SignInRefused):  # why is for the login history: each caller hears the same
        return answer(status, "unauthorized", usual)
    headers = {"Retry-After": str(seconds_of_rest(error, usual=SECONDS_OF_REST))} if status in (429, 503) else None
    limit = error.facts.get("limit")
    return answer(
        status,
        error.reason,
        error.sentence or usual,
        headers=headers,
        field=str(error.facts["field"]) if "field" in error.facts else None,
        limit=limit if isinstance(limit, int) else None,
        way_out=str(error.way_out) if error.way_out else None,
    )


def from_malformed(_request: HttpRequest, error: Malformed) -> HttpResponse:
    """What does not have the shape that the documentation gives: each place is named."""
    errors = [
        {"field": ".".join(str(part) for part in one["loc"][1:] or one["loc"]), "problem": str(one["msg"])[:200]}
        for one in error.errors[:20]
    ]
    first = errors[0]["field"] if errors else None
    return answer(422, "malformed", _("What was sent cannot be used."), field=first, errors=errors)
