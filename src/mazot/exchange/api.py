# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a room needs to offer operations of the API: who may call, pages of a list, and the shapes that are shared.

A room's `api` module has ROUTERS, pairs of a tag and a ninja Router; each operation names what opens it:

    @router.get("/members", response=MemberPage, auth=opens("people:read"))

`opens` lets in a token with that scope. What the person may do is then decided by the same queries and deeds as on
the screens.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Field
from ninja.security import HttpBearer

from mazot.foundation.errors import Invalid, NotAllowed, SignInRefused
from mazot.tenancy.actor import Actor

PAGE = 50
LONGEST_PAGE = 200
CURSOR_LIMIT = 2000

Limit = Annotated[int, Field(ge=1, le=LONGEST_PAGE, description="How many to answer with.")]
Cursor = Annotated[str, Field(max_length=CURSOR_LIMIT, description="`next` of the page before.")]


class Opens(HttpBearer):
    """Lets in a token that has the scope; `read` scopes are included in those that write."""

    openapi_description = "A token made in the account or by the organization."

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        bearer = getattr(request, "bearer", None)
        if bearer is None:
            raise SignInRefused("no_token")
        # Behind the middleware that chose by the browser, which a program is not.
        translation.activate(bearer.person.language)
        request.LANGUAGE_CODE = bearer.person.language
        area, _colon, read = self.scope.partition(":")
        if not bearer.actor.opens(area, to_write=not read):
            sentence = _("This token does not open “%(scope)s”.") % {"scope": self.scope}
            raise NotAllowed("scope", sentence, scope=self.scope)
        return bearer

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        raise NotImplementedError("the guard before the operations reads the token")


def opens(scope: str) -> Opens:
    return Opens(scope)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return request.auth.actor  # type: ignore[attr-defined, no-any-return]


def page(
    rows: QuerySet[Any], order: Sequence[str], *, cursor: str, limit: int, shape: Callable[[Any], Any]
) -> dict[str, Any]:
    """One page of a list and where the next begins: by the values of the last row, so that it stays in its place
    however many rows come or go before it. `order` is all ascending or all descending and ends with the id."""
    descending = order[0].startswith("-")
    names = [name.removeprefix("-") for name in order]
    if cursor:
        try:
            rows = rows.filter(_after(names, _read(cursor, len(names)), descending=descending))
            found = list(rows.order_by(*order)[: limit + 1])
        except (ValidationError, ValueError, TypeError):
            raise Invalid("bad_cursor", _("This is not the cursor of a page."), field="cursor") from None
    else:
        found = list(rows.order_by(*order)[: limit + 1])
    shown = found[:limit]
    following = _write([_value(shown[-1], name) for name in names]) if len(found) > limit else ""
    return {"items": [shape(row) for row in shown], "next": following}


def words_of(search: str) -> list[str]:
    """The words of a search, without what no name contains."""
    return "".join(letter if letter.isprintable() else " " for letter in search[:200]).split()[:5]


def _after(names: Sequence[str], values: Sequence[Any], *, descending: bool) -> Q:
    compare = "lt" if descending else "gt"
    whole = Q()
    for place, name in enumerate(names):
        same = Q(**dict(zip(names[:place], values[:place], strict=True)))
        whole |= same & Q(**{f"{name}__{compare}": values[place]})
    return whole


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value if isinstance(value, str) else str(value)


def _write(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(cursor: str, count: int) -> list[str]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise ValueError("not a cursor") from None
    if not isinstance(values, list) or len(values) != count or not all(isinstance(value, str) for value in values):
        raise ValueError("not a cursor")
    if any("\0" in value for value in values):
        raise ValueError("not a cursor")
    return values
