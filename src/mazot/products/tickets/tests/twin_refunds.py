# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that goes back: through a provider that does it or refuses, by hand, and because its buyer gives an order up."""

from typing import Any

from mazot.foundation import clock
from mazot.products.tickets.actions.refunds import ask_refund_again, finish_refund, note_came_back, note_returned
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.actions.withdrawing import withdraw_order
from mazot.products.tickets.jobs import send_refunds
from mazot.products.tickets.models import Payment, Shop
from mazot.products.tickets.rules.rehearsal import STAYS
from mazot.products.tickets.tests import twin_sales
from mazot.products.tickets.tests.twin import Refund, Sale
from mazot.products.tickets.tests.twin_buyers import Buyers
from mazot.products.tickets.tests.twin_dice import ANY, among, chance, deed


class Refunds(Buyers):
    """What is owed, who is asked for it, and what they answer."""

    def open_refunds(self) -> list[tuple[Sale, Refund]]:
        return [(sale, one) for sale in self.twin.sales for one in sale.refunds if not one.is_done]

    def row_of(self, sale: Sale, refund: Refund) -> Any:
        """Of two rows that are alike in everything, either."""
        rows = Payment.objects.filter(order_id=sale.row.id, kind="refund", is_done=refund.is_done, amount=refund.amount)
        found = [row for row in rows if (row.reference, bool(row.fault)) == (refund.reference, refund.is_refused)]
        return found[0]

    @deed(3, which=ANY)
    def give_back(self, which: int) -> None:
        """Somebody notes that money went back by hand; not while a provider may still be giving it back."""
        found = self.open_refunds()
        if not found:
            return
        sale, refund = found[which % len(found)]
        may, row = not refund.reference or refund.is_refused, self.row_of(sale, refund)
        if self.attempt(may, lambda: finish_refund(self.season.sellers["admin"], self.row(sale), payment=row)):
            refund.is_done = True

    @deed(3, which=ANY)
    def send_back(self, which: int) -> None:
        """The job asks the provider for all of an order that it did not refuse before."""
        sales = [sale for sale, refund in self.open_refunds() if refund.reference]
        if not sales:
            return
        sale = sales[which % len(sales)]
        send_refunds(str(sale.row.id))
        for refund in sale.refunds:
            if refund.reference and not refund.is_done:
                refund.is_refused = refund.reference.startswith(STAYS)
                refund.is_done = not refund.is_refused

    @deed(2, which=ANY)
    def ask_again(self, which: int) -> None:
        """Somebody has a provider asked once more; there must be something that it refused."""
        found = self.open_refunds()
        if not found:
            return
        sale, refund = found[which % len(found)]
        row = self.row_of(sale, refund)
        deed = lambda: ask_refund_again(self.season.sellers["admin"], self.row(sale), payment=row)  # noqa: E731
        if self.attempt(refund.is_refused, deed):
            refund.is_refused = False

    @deed(1, which=ANY, part=among(3, 2, 1))
    def return_at_the_provider(self, which: int, part: int) -> None:
        """Money of a payment goes back where it was paid, and the provider says how much that is in all."""
        cards = [(sale, *card) for sale in self.twin.sales for card in sale.cards]
        if not cards:
            return
        sale, reference, came = cards[which % len(cards)]
        amount = came if part == 1 else came // part
        more = amount - sum(one.amount for one in sale.refunds if one.reference == reference)
        note_returned(
            self.season.sellers["online"], self.row(sale), provider="test", reference=reference, amount=amount
        )
        if more > 0:
            sale.refunds.append(Refund(more, is_owed=False, is_done=True, reference=reference))
            sale.returned += more

    @deed(1, which=ANY, has_key=chance(0.7))
    def come_back(self, which: int, has_key: bool) -> None:
        """A bank does not take what went back, days later; without its key it is the last such one of the payment."""
        found = [(sale, one) for sale in self.twin.sales for one in sale.refunds if one.reference]
        if not found:
            return
        sale, refund = found[which % len(found)]
        row = self.row_of(sale, refund)
        same = [one for one in sale.refunds if (one.reference, one.amount) == (refund.reference, refund.amount)]
        if not has_key and len(same) > 1:
            return  # which of two alike is meant, only its provider knows
        note_came_back(
            self.season.sellers["online"],
            self.row(sale),
            provider="test",
            reference=refund.reference,
            key=row.event if has_key else "",
            amount=refund.amount,
            why="lost_or_stolen_card",
        )
        if not refund.is_refused and (has_key or refund.is_done):
            refund.is_done, refund.is_refused = False, True

    @deed(1, hours=among(None, 0, 24, 24, 72), keeps=among(0, 100, 333, 1000))
    def let_them_withdraw(self, hours: int | None, keeps: int) -> None:
        set_shop(self.season.cast.olive, self.shop, cancel_hours=hours, cancel_keeps=keeps)
        self.shop = Shop.objects.get(id=self.shop.id)
        self.twin.cancel_hours, self.twin.cancel_keeps = hours, keeps

    @deed(3, which=ANY, lies=chance(0.1))
    def withdraw(self, which: int, lies: bool) -> None:
        """A buyer gives an order up for what the page said, or for a cent more."""
        if not self.twin.sales:
            return
        sale = self.twin.sales[-1 - which % len(self.twin.sales)]
        back = twin_sales.withdrawal(self.twin, sale, clock.now())
        expects = (back or 0) + lies
        may, actor = back is not None and not lies, self.season.sellers["online"]
        if self.attempt(may, lambda: withdraw_order(actor, self.row(sale), expects=expects)):
            twin_sales.withdraw(sale, expects)
