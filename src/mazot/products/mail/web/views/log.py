# SPDX-License-Identifier: AGPL-3.0-or-later
"""The delivery log of an address, in sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.mail.queries.log import Asked, Letter, log_of
from mazot.products.mail.rules import tracing
from mazot.products.mail.web.frame import at_address, tab_page

if TYPE_CHECKING:
    from mazot.products.mail.models import Address, Trace

BADGES: dict[str, tuple[str | Promise, str]] = {
    tracing.DELIVERED: (gettext_lazy("Delivered"), "success"),
    tracing.SENT: (gettext_lazy("Handed over"), "success"),
    tracing.REDIRECTED: (gettext_lazy("Sent on"), "accent"),
    tracing.DEFERRED: (gettext_lazy("Waits"), "warning"),
    tracing.REJECTED: (gettext_lazy("Refused"), "danger"),
    tracing.BOUNCED: (gettext_lazy("Came back"), "danger"),
    tracing.DISCARDED: (gettext_lazy("Thrown away"), ""),
}
SENTENCES: dict[tuple[str, str], str | Promise] = {
    ("in", tracing.DELIVERED): gettext_lazy("It was taken and put into the mailbox."),
    ("in", tracing.REDIRECTED): gettext_lazy("It was sent on to the addresses of the redirection."),
    ("in", tracing.DEFERRED): gettext_lazy("It was not taken for now; the other server tries again."),
    ("in", tracing.REJECTED): gettext_lazy("It was not taken, and the other server was told so."),
    ("in", tracing.DISCARDED): gettext_lazy("It was thrown away, as a filter of this address asks."),
    ("out", tracing.SENT): gettext_lazy("The other server took it."),
    ("out", tracing.DEFERRED): gettext_lazy("It could not be handed over yet."),
    ("out", tracing.REJECTED): gettext_lazy("It was not taken for sending."),
    ("out", tracing.BOUNCED): gettext_lazy("It could not be handed over, and its sender was told by letter."),
}
REASONS: dict[str, str | Promise] = {
    tracing.OVER_QUOTA: gettext_lazy("The mailbox is full."),
    tracing.GREYLISTED: gettext_lazy("Servers nobody knows yet are asked to come again after some minutes."),
    tracing.RULE: gettext_lazy("A filter of this address decided so."),
    tracing.RULE_FAILED: gettext_lazy("A filter of this address could not be run to its end, so it was kept."),
    tracing.SPAM: gettext_lazy("It looks like spam."),
    tracing.VIRUS: gettext_lazy("There is a virus in it."),
    tracing.FORGED: gettext_lazy("The domain of its author asks that such letters be refused."),
    tracing.UNREACHABLE: gettext_lazy("No server of that domain could be reached."),
    tracing.REFUSED: gettext_lazy("The other server did not want it."),
    tracing.EXPIRED: gettext_lazy("Its time was over: it was tried for five days."),
    tracing.LIMIT: gettext_lazy("This address has written to as many people within a day as it may."),
    tracing.UNSAFE: gettext_lazy("That domain asks for servers that prove who they are, and none of them did."),
    tracing.NO_MAIL: gettext_lazy("That domain says that it takes no mail."),
    tracing.UNKNOWN: gettext_lazy("There is no such domain."),
}
SIGNS: dict[str, str | Promise] = {
    "no_date": gettext_lazy("It does not say when it was written."),
    "future": gettext_lazy("It says that it was written in the future."),
    "no_author": gettext_lazy("It does not say who wrote it."),
    "authors": gettext_lazy("It names several authors."),
    "no_name": gettext_lazy("It has no name of its own, as letters of programs that write mail have."),
    "no_recipient": gettext_lazy("It names no recipient."),
    "shouts": gettext_lazy("Its subject is in capitals."),
    "poses": gettext_lazy("Its author is called like an address of somebody else."),
    "reply_elsewhere": gettext_lazy("Answers to it go to another domain."),
    "bare_hello": gettext_lazy("The server that brought it did not tell its whole name."),
    "spf_fail": gettext_lazy("The server that brought it may not send for that domain."),
    "spf_softfail": gettext_lazy("The server that brought it should not send for that domain."),
    "dkim_fail": gettext_lazy("Its signature is not right."),
    "dmarc_fail": gettext_lazy("The domain of its author does not vouch for it."),
    "nobody_vouches": gettext_lazy("Nobody vouches for it."),
    "vouched": gettext_lazy("The domain of its author vouches for it."),
    "link_poses": gettext_lazy("A link in it leads elsewhere than it says."),
    "only_page": gettext_lazy("It is a page without a plain text."),
    "little_text": gettext_lazy("There is nothing to read in it."),
    "program": gettext_lazy("A program is attached to it."),
    "two_endings": gettext_lazy("A program in it is called like a document."),
    "mixed_letters": gettext_lazy("The name of its author mixes letters of two scripts that look alike."),
    "listed": gettext_lazy("A list of senders of spam has the server that brought it."),
    "learned": gettext_lazy("It resembles letters that people have marked."),
    "known": gettext_lazy("This address has written to its author."),
    "rspamd": gettext_lazy("What rspamd thinks of it."),
    "spamd": gettext_lazy("What SpamAssassin thinks of it."),
}
WEIGHED = re.compile(r"\bspam=(-?[0-9.]{1,6})/([0-9.]{1,5})((?: [a-z_]{1,20}:-?[0-9.]{1,5})*)")
VOUCHED = re.compile(r"\b(spf|dkim|dmarc)=([a-z]{1,12})")
KINDS_OF_WORDS = {"pass": "success", "fail": "danger", "softfail": "warning", "permerror": "warning"}


@at_address
@require_safe
def log(request: Any, address: Address) -> HttpResponse:
    """What was sent to and from this address, each letter with its hops."""
    if address.kind != "real":
        raise NotFound("not_found")
    asked = Asked.of(request.GET)
    found = log_of(request.actor, address, asked)
    said = {key: request.GET.get(key, "")[:100] for key in ("direction", "words", "since", "until")}
    narrowed = {key: value for key, value in said.items() if value}
    context = {
        "letters": [_shown(letter) for letter in found.letters],
        "waiting": found.waiting,
        "older": found.older,
        "shows_subjects": found.shows_subjects,
        "said": said,
        "query": urlencode(narrowed),
        "without_direction": urlencode({key: value for key, value in narrowed.items() if key != "direction"}),
        "directions": (("", _("All")), ("in", _("Received")), ("out", _("Sent"))),
        "is_narrow": bool(narrowed or asked.before),
        "now": clock.now(),
    }
    return tab_page(request, address, "log", "log", context)


def _shown(letter: Letter) -> dict[str, Any]:
    newest = letter.newest
    title, kind = BADGES.get(newest.status, (newest.status, ""))
    return {
        "letter": letter,
        "other": (newest.recipient if newest.direction == "out" else newest.sender) or _("a letter about a letter"),
        "is_out": newest.direction == "out",
        "badge": title,
        "badge_kind": kind,
        "hops": [_hop(trace) for trace in letter.hops],
    }


def _hop(trace: Trace) -> dict[str, Any]:
    vouched = VOUCHED.findall(trace.said) if trace.direction == "in" else []
    title, kind = BADGES.get(trace.status, (trace.status, ""))
    return {
        "trace": trace,
        "badge": title,
        "kind": kind,
        "sentence": SENTENCES.get((str(trace.direction), trace.status), ""),
        "why": REASONS.get(trace.reason, ""),
        "said": "" if vouched else " ".join(filter(None, (trace.code, trace.said))),
        "unscanned": trace.direction == "in" and trace.said.endswith("unscanned"),
        "weighed": _weighed(trace.said) if trace.direction == "in" else None,
        "vouched": [(name.upper(), word, KINDS_OF_WORDS.get(word, "")) for name, word in vouched],
    }


def _weighed(said: str) -> dict[str, Any] | None:
    """The sum of what speaks against a letter, and each part of it as a sentence, the heaviest first."""
    found = WEIGHED.search(said)
    if found is None:
        return None
    signs = [
        (SIGNS.get(name, name), float(weight)) for name, _, weight in (one.partition(":") for one in found[3].split())
    ]
    return {"sum": float(found[1]), "limit": float(found[2]), "signs": sorted(signs, key=lambda sign: -abs(sign[1]))}
