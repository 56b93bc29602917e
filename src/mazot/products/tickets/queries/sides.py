# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many places one side of the street keeps from everybody else without having paid, and that it is not all."""

from datetime import datetime, timedelta
from hashlib import sha256
from hmac import new as hmac

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from mazot.foundation.errors import TooMany
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Ticket
from mazot.tenancy.rules.pace import is_own, side_of

# Three hundred people of a school, each with three places in a cart or on an invoice, are 900. Who holds more from one
# address keeps a house empty: what is paid does not count, so buying itself has no limit.
MOST_OF_A_SIDE = 1000
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


def _kept(side: str, since: datetime, at: datetime) -> QuerySet[Ticket]:
    return Ticket.objects.filter(cart__side=side, cart__created_at__gt=since).filter(
        Q(state=Ticket.State.HELD, hold_until__gt=at) | Q(state=Ticket.State.PENDING)
    )


_COUNT = Prepared[int](
    lambda side, since, at: (
        _kept(side, since, at).order_by().values("cart__side").annotate(n=Count("id")).values_list("n", flat=True)
    )
)
