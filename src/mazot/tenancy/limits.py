# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much of everything one person or organization may have, and the check of a typed name."""

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid, Refused
from mazot.foundation.text import composed, hidden_letter

ORGANIZATIONS_OF_A_PERSON = 50
PRODUCTS_OF_AN_ORGANIZATION = 200
TEAMS_OF_AN_ORGANIZATION = 500
OPEN_INVITATIONS = 10_000
INVITATIONS_AT_ONCE = 5_000
APP_PASSWORDS_OF_A_PERSON = 100
TOKENS_OF_A_PERSON = 100
TOKENS_OF_AN_ORGANIZATION = 100
WEBHOOKS_OF_AN_ORGANIZATION = 20
TINTS = range(1, 9)


def checked_name(text: str, *, field: str, limit: int, may_be_empty: bool = False) -> str:
    """The name as it is kept: composed, without outer space; refused when empty, too long or with hidden letters."""
    if letter := hidden_letter(text):
        sentence = _("A name is one line of visible letters; this one has the hidden character U+%(code)04X in it.")
        raise Invalid("hidden_letter", sentence % {"code": ord(letter)}, field=field)
    name = " ".join(composed(text[: limit * 8]).split())
    if not name and not may_be_empty:
        raise Invalid("empty", _("This needs a name."), field=field)
    if len(name) > limit:
        sentence = _("This name has %(length)d characters; %(limit)d fit.") % {"length": len(name), "limit": limit}
        raise Invalid("too_long", sentence, field=field, limit=limit)
    return name


def checked_tint(tint: int) -> int:
    if tint not in TINTS:
        raise Invalid("unknown_tint", _("There are eight colours to choose from."), field="tint", limit=len(TINTS))
    return tint


def check_room(count: int, *, limit: int, field: str) -> None:
    """Raise when there are already as many as there may be."""
    if count >= limit:
        sentence = _("There are already %(limit)d of these. Remove one that is no longer needed, then add this one.")
        raise Refused("too_many", sentence % {"limit": limit}, field=field, limit=limit)
