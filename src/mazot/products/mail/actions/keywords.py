# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keywords, refused with a sentence where they cannot be kept."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid
from mazot.products.mail.rules.flags import (
    MAX_KEYWORD,
    MAX_KEYWORDS,
    are_too_many,
    changed_keywords,
    keyword_fault,
)


def require_keywords(keywords: Collection[str]) -> None:
    """Raise Invalid unless each of them can be kept."""
    for keyword in keywords:
        fault = keyword_fault(keyword)
        if fault == "keyword_long":
            sentence = _("A label has at most %(limit)s letters.") % {"limit": MAX_KEYWORD}
            raise Invalid(fault, sentence, field="keywords", limit=MAX_KEYWORD)
        if fault:
            sentence = _("A label consists of letters, digits and signs without blanks, brackets or quotes.")
            raise Invalid(fault, sentence, field="keywords")


def checked_keywords(held: str, mode: str, wanted: Collection[str]) -> str:
    """The keywords of a message after a change; Invalid when one message would have too many."""
    changed = changed_keywords(held, mode, wanted) if wanted or mode == "set" else held
    if len(changed) > len(held) and are_too_many(changed):
        sentence = _("A letter has at most %(limit)s labels.") % {"limit": MAX_KEYWORDS}
        raise Invalid("too_many_keywords", sentence, field="keywords", limit=MAX_KEYWORDS)
    return changed
