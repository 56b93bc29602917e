# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one side of the street does to the others without having paid: places it keeps, letters it causes."""

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import new as hmac

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from mazot.foundation.errors import TooMany
from mazot.foundation.prepared import Prepared
from mazot.foundation.text import folded
from mazot.products.tickets.models import Ticket
from mazot.tenancy.rules.pace import is_own, side_of

# Three hundred people of a school, each with three places in a cart or on an invoice, are 900. Who holds more from one
# address keeps a house empty: what is paid does not count, so buying itself has no limit.
MOST_OF_A_SIDE = 1000
# Each order writes to whatever mailbox it names. Who orders for a whole school names twenty in an hour at the most, or
# pays: an order for which money came is nobody's joke.
MOST_TO_A_MAILBOX, MAILBOX_RESTS = 20, timedelta(hours=1)
SIDE_IS_KEPT = timedelta(days=1)  # with a cart; after that nobody can tell where it came from


def side_behind(address: str) -> str:
    """A keyed digest of where somebody comes from; none for this machine's own, which stands for everybody."""
    if not address or is_own(address):
        return ""
    said = f"tickets-side:{side_of(address)}".encode()
    return hmac(settings.MAZOT_CREDENTIAL_KEY.encode(), said, sha256).hexdigest()[:32]


def check_side(side: str, count: int, at: datetime) -> None:
    """Raise TooMany when so many more places would be too many for one side; it says when there is room."""
    if not side:
        return
    since = at - SIDE_IS_KEPT
    n_kept = _COUNT.first(side, since, at) or 0
    over = n_kept + count - MOST_OF_A_SIDE
    if over <= 0:
        return
    times = _kept(side, since, at).values_list("hold_until", "cart__created_at")
    free_at = sorted(until or begun + SIDE_IS_KEPT for until, begun in times)
    wait = max(1, -int(-((free_at[over - 1] - at).total_seconds()) // 1))
    sentence = _("From your address %(count)d places are held or wait to be paid, and more are not held for it.")
    raise TooMany(
        "too_many_held",
        sentence % {"count": n_kept},
        way_out=_("Pay for them or let them go. Some are free again in %(minutes)d minutes.")
        % {"minutes": -(-wait // 60)},
        wait=wait,
    )


def check_mailbox(side: str, email: str, at: datetime) -> None:
    """Raise TooMany when one side has placed so many unpaid orders for one mailbox that it may be somebody else's."""
    if not side:
        return
    rows = Ticket.objects.filter(cart__side=side, cart__created_at__gt=at - SIDE_IS_KEPT)
    rows = rows.filter(order__created_at__gt=at - MAILBOX_RESTS, order__paid=0)
    found = set(rows.values_list("order_id", "order__customer__email", "order__created_at"))
    mailbox = _mailbox(email)
    times = sorted(placed_at for _order, to, placed_at in found if to and _mailbox(to) == mailbox)
    if len(times) < MOST_TO_A_MAILBOX:
        return
    wait = max(1, -int(-((times[-MOST_TO_A_MAILBOX] + MAILBOX_RESTS - at).total_seconds()) // 1))
    sentence = _("From here %(count)d orders went to this e-mail address within an hour, and none of them is paid.")
    way_out = _("Pay for one of them, put the places into one order, or order again in %(minutes)d minutes.")
    raise TooMany(
        "too_many_letters", sentence % {"count": len(times)}, way_out=way_out % {"minutes": -(-wait // 60)}, wait=wait
    )


def _mailbox(email: str) -> str:
    """Whose mailbox it is: what follows a plus sign only sorts the letters inside (RFC 5233)."""
    local, _at, domain = folded(email).rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _kept(side: str, since: datetime, at: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(cart__side=side, cart__created_at__gt=since).filter(
        Q(state=Ticket.State.HELD, hold_until__gt=at) | Q(state=Ticket.State.PENDING)
    )


_COUNT = Prepared[int](
    lambda side, since, at: (
        _kept(side, since, at).order_by().values("cart__side").annotate(n=Count("id")).values_list("n", flat=True)
    )
)
