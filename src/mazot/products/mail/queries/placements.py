# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mailbox shows, and what changed in it: asked for ten thousand rows at once, so by hand-written SQL.

The mailbox's own row is read first, its placements afterwards. A commit between the two is then seen twice (now, and
again by `changed_since` the modseq that was answered), and never missed.
"""

from array import array
from dataclasses import dataclass
from itertools import chain
from sys import byteorder

from django.db import connection

from mazot.foundation.errors import NotFound
from mazot.products.mail.models import Mailbox
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.tenancy.actor import Actor

# UID and flags go in one number: each further column of ten thousand rows costs a millisecond.
VIEW = "SELECT (uid << 32) | flags, modseq FROM mail_placement WHERE mailbox_id = %s ORDER BY uid"
VIEW_POSTGRES = "SELECT (uid << 32) | flags::bigint, modseq FROM mail_placement WHERE mailbox_id = %s ORDER BY uid"
KEYWORDS = "SELECT uid, keywords FROM mail_placement WHERE mailbox_id = %s AND keywords <> ''"
CHANGED = "SELECT uid, flags, keywords, modseq FROM mail_placement WHERE mailbox_id = %s AND modseq > %s ORDER BY uid"
VANISHED = "SELECT uid FROM mail_expunged WHERE mailbox_id = %s AND modseq > %s ORDER BY uid"
COUNTERS = (
    "SELECT uidvalidity, uidnext, highest_modseq, expunged_floor FROM mail_mailbox WHERE id = %s AND store_id = %s"
)

LOW, HIGH = (0, 1) if byteorder == "little" else (1, 0)

Row = tuple[int, int, str, int]  # UID, flags, keywords with blanks between, modseq


@dataclass(frozen=True, slots=True)
class View:
    """A mailbox as a session sees it: one entry in each array for each message, by UID."""

    uidvalidity: int
    uidnext: int
    highest_modseq: int
    uids: "array[int]"
    flags: "array[int]"
    modseqs: "array[int]"
    keywords: dict[int, str]  # of those that have any, by UID


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened in a mailbox after a modseq."""

    rows: list[Row]  # new or changed
    vanished: list[int] | None  # none: so long ago that it is no longer remembered; compare with the view
    uidnext: int
    highest_modseq: int


def view_of(actor: Actor, mailbox: Mailbox) -> View:
    """Everything a session must know of a mailbox it opens."""
    require_reading(actor, mailbox)
    uidvalidity, uidnext, highest_modseq, _floor = _counters(mailbox)
    with connection.cursor() as cursor:
        cursor.execute(VIEW_POSTGRES if connection.vendor == "postgresql" else VIEW, [mailbox.id])
        both = array("q", chain.from_iterable(cursor.fetchall()))
        cursor.execute(KEYWORDS, [mailbox.id])
        keywords = dict(cursor.fetchall())
    halves = array("I", both[0::2].tobytes())
    uids = array("Q", halves[HIGH::2])
    return View(
        uidvalidity,
        max(uidnext, uids[-1] + 1) if uids else uidnext,
        highest_modseq,
        uids,
        halves[LOW::2],
        array("Q", both[1::2]),
        keywords,
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """Whether a view is still what a mailbox shows: it is while these are alike."""

    uidvalidity: int
    highest_modseq: int


def counters_of(actor: Actor, mailbox: Mailbox) -> Counters:
    """Asked of a mailbox whose view is known already."""
    require_reading(actor, mailbox)
    uidvalidity, _uidnext, highest_modseq, _floor = _counters(mailbox)
    return Counters(uidvalidity, highest_modseq)


def changed_since(actor: Actor, mailbox: Mailbox, modseq: int) -> Changes:
    """What happened in a mailbox after that modseq, and up to which one this answers."""
    require_reading(actor, mailbox)
    _uidvalidity, uidnext, highest_modseq, floor = _counters(mailbox)
    if highest_modseq <= modseq:
        return Changes([], [] if modseq >= floor else None, uidnext, highest_modseq)
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, [mailbox.id, modseq])
        rows: list[Row] = cursor.fetchall()
        vanished: list[int] | None = None
        if modseq >= floor:
            cursor.execute(VANISHED, [mailbox.id, modseq])
            vanished = [uid for (uid,) in cursor.fetchall()]
    return Changes(rows, vanished, uidnext, highest_modseq)


def _counters(mailbox: Mailbox) -> tuple[int, int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTERS, [mailbox.id, mailbox.store_id])
        found: tuple[int, int, int, int] | None = cursor.fetchone()
    if found is None:
        raise NotFound("not_found")
    return found
