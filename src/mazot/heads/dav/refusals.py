# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one table from errors to WebDAV's answers."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mazot.exchange.dav import LockInfo
from mazot.foundation.errors import (
    Busy,
    Conflict,
    DomainError,
    Locked,
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
from mazot.heads.dav.conditions import PreconditionFailed
from mazot.heads.dav.request import Answer, Headers, Request
from mazot.wire.dav import Malformed
from mazot.wire.dav.answers import XML, error_body
from mazot.wire.dav.multistatus import failed_members

REALM = (b"www-authenticate", b'Basic realm="Mazot", charset="UTF-8"')


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, what to say when the error has no sentence of its own, and the code for programs."""

    status: int
    sentence: object
    condition: str = ""


# By reason, where the reason decides (RFC 4918 §9 names the status for each method).
BY_REASON = {
    "exists": Refusal(405, _("There is something at this address already.")),
    "taken": Refusal(412, _("There is something at the destination already, and overwriting was not asked for.")),
    "no_parent": Refusal(409, _("The folder that would hold this does not exist.")),
    "is_folder": Refusal(405, _("This is a folder, and a folder has no content of its own.")),
    "not_folder": Refusal(409, _("A part of the address is a file and not a folder.")),
    "into_itself": Refusal(403, _("Source and destination overlap.")),
    "no_such_lock": Refusal(409, _("No such lock holds this."), "lock-token-matches-request-uri"),
    "not_holder": Refusal(403, _("This lock belongs to somebody else.")),
}
BY_KIND: tuple[tuple[type[Exception], Refusal], ...] = (
    (PreconditionFailed, Refusal(412, _("This changed since it was last read."))),
    (NotFound, Refusal(404, _("There is nothing at this address."))),
    (Locked, Refusal(423, _("Somebody holds a lock on this."), "lock-token-submitted")),
    (NotAllowed, Refusal(403, _("You have no right to do this here."))),
    (OverQuota, Refusal(507, _("There is not enough room left for this."), "quota-not-exceeded")),
    (NoSpace, Refusal(507, _("There is no room left on the server's disk."), "sufficient-disk-space")),
    (TooMany, Refusal(429, _("There were too many tries from this address. Wait a moment."))),
    (Busy, Refusal(503, _("The server is busy. Try again in a moment."))),
    (Refused, Refusal(403, _("This is not possible here."))),
    (Conflict, Refusal(409, _("This changed at the same moment. Look again."))),
)


def answer_to(request: Request, error: Exception) -> Answer | None:
    """What the client hears about an error; none for one that nobody foresaw."""
    if isinstance(error, Malformed):
        return _answer(error.status, error.sentence, error.condition)
    if isinstance(error, SignInRefused):
        return _answer(401, str(_("Sign in with your Mazot login and an application password.")), headers=[REALM])
    if isinstance(error, Locked) and isinstance(lock := error.facts.get("lock"), LockInfo):
        return _locked(request, error, lock)
    refusal = BY_REASON.get(error.reason) if isinstance(error, DomainError) else None
    if refusal is None:
        refusal = first_fitting(error, BY_KIND)
    if refusal is None:
        return None
    headers: Headers = []
    if isinstance(error, Busy):
        headers.append((b"retry-after", str(seconds_of_rest(error, usual=5)).encode()))
    if refusal.status == 405:
        headers.append((b"allow", allowed_methods()))
    return _answer(refusal.status, sentence_of(error, refusal), refusal.condition, headers=headers)


def sentence_of(error: Exception, refusal: Refusal) -> str:
    own = [str(error.sentence), str(error.way_out)] if isinstance(error, DomainError) else []
    return " ".join(part for part in own if part) or str(refusal.sentence)


def _locked(request: Request, error: Locked, lock: LockInfo) -> Answer:
    root = request.href_of(lock.path)
    here = request.target.path
    if request.method in ("DELETE", "MOVE", "COPY") and len(lock.path) > len(here) and lock.path[: len(here)] == here:
        # RFC 4918 §9.6.1: a member stands in the way of its collection, so the answer names the member.
        return Answer(207, [(b"content-type", XML)], failed_members([(root, 423, "lock-token-submitted")]))
    condition = "no-conflicting-lock" if request.method == "LOCK" else "lock-token-submitted"
    return _answer(423, sentence_of(error, Refusal(423, _("Somebody holds a lock on this."))), condition, hrefs=(root,))


def _answer(
    status: int, sentence: str, condition: str = "", *, hrefs: tuple[str, ...] = (), headers: Headers | None = None
) -> Answer:
    return Answer(
        status, [(b"content-type", XML), *(headers or [])], error_body(sentence, condition=condition, hrefs=hrefs)
    )


def allowed_methods() -> bytes:
    from mazot.heads.dav.methods import ALLOW

    return ALLOW
