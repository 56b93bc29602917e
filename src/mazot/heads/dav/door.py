# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ASGI application: finds the method, and lets no error out but as an answer."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.utils.translation import gettext as _

from mazot.foundation.ids import new_id
from mazot.heads.bridge import across
from mazot.heads.dav.hallway import hallway, is_hallway
from mazot.heads.dav.methods import ALLOW
from mazot.heads.dav.methods.copy import copy
from mazot.heads.dav.methods.delete import delete
from mazot.heads.dav.methods.get import get, head
from mazot.heads.dav.methods.lock import lock
from mazot.heads.dav.methods.mkcol import mkcol
from mazot.heads.dav.methods.move import move
from mazot.heads.dav.methods.options import options
from mazot.heads.dav.methods.propfind import propfind
from mazot.heads.dav.methods.proppatch import proppatch
from mazot.heads.dav.methods.put import put
from mazot.heads.dav.methods.unlock import unlock
from mazot.heads.dav.refusals import answer_to
from mazot.heads.dav.request import Answer, ClientGone, Request, target_of
from mazot.tenancy.actions.logins import note_use
from mazot.wire.dav.answers import XML, error_body

logger = logging.getLogger(__name__)

METHODS: dict[str, Callable[[Request], Awaitable[Answer | None]]] = {
    "OPTIONS": options,
    "GET": get,
    "HEAD": head,
    "PUT": put,
    "DELETE": delete,
    "PROPFIND": propfind,
    "PROPPATCH": proppatch,
    "MKCOL": mkcol,
    "COPY": copy,
    "MOVE": move,
    "LOCK": lock,
    "UNLOCK": unlock,
}


async def app(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Answer one request below /dav/ or /.well-known/."""
    request = Request(scope, receive, send)
    try:
        answer = await _answered(request)
    except ClientGone:
        return  # nobody is left to hear an answer
    except Exception as error:
        if request.has_started:
            raise  # half an answer is out: the server cuts the connection
        answer = answer_to(request, error) or _unforeseen(request)
    if answer is not None:
        await request.answer(answer)
    if request.admitted is not None and request.admitted.use_is_due:
        await across(note_use, request.admitted)


async def _answered(request: Request) -> Answer | None:
    method = METHODS.get(request.method)
    if method is None:
        body = error_body(_("This method is not offered here."))
        return Answer(405, [(b"allow", ALLOW), (b"content-type", XML)], body)
    if method is options:
        return await options(request)
    raw_path = request.raw_path
    if raw_path.startswith(b"/.well-known/"):
        return Answer(404, [(b"content-type", XML)], error_body(_("Calendars and contacts are not offered here.")))
    if is_hallway(raw_path):
        return await hallway(request)
    request.target = target_of(raw_path)
    return await method(request)


def _unforeseen(request: Request) -> Answer:
    """An answer without a trace of our insides; the number finds the trace in the log."""
    number = new_id().hex
    logger.exception("%s failed (%s)", request.method, number)
    sentence = _("Something went wrong on the server. Its log tells more under the number %(number)s.")
    return Answer(500, [(b"content-type", XML)], error_body(sentence % {"number": number}))
