# SPDX-License-Identifier: AGPL-3.0-or-later
"""Card payments: where a buyer pays an order, and which order a provider's message is about."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Busy, NotFound, Refused
from mazot.foundation.outward import post
from mazot.products.tickets.models import Order, Payment, PaymentMethod, Shop
from mazot.products.tickets.queries.methods import keys_of
from mazot.products.tickets.rules import rehearsal
from mazot.products.tickets.rules.cards import Charge, News, NotBelieved, Provider, Return, Told
from mazot.products.tickets.rules.rehearsal import Rehearsal
from mazot.products.tickets.rules.stripe import Stripe

PROVIDERS: dict[str, Provider] = {"stripe": Stripe(), "test": Rehearsal()}
MESSAGE_LIMIT = 64 * 1024


def card_shop(slug: str) -> Shop:
    """The shop of an address, open to buyers or not: money comes in after a shop has closed, too."""
    rows = Shop.objects.select_related("organization")
    found = rows.filter(slug=slug, instance__ended_at__isnull=True).first()
    if found is None:
        raise NotFound("not_found")
    return found


def card_page(order: Order, *, back: str) -> str:
    """Where the buyer pays by card; asked again, the same page. The provider is asked, so no transaction is open."""
    method = _method_to_pay(order)
    provider = PROVIDERS[method.provider]
    asked = provider.beginning(charge_of(order, back=back), keys_of(method))
    if not asked.url:
        return provider.page(asked.body)
    private = settings.MAZOT.private_webhooks
    answer = post(asked.url, asked.body, asked.headers, allow_private=private, keeps_body=True)
    try:
        if not answer.is_taken:
            raise NotBelieved(answer.reason)
        return provider.page(answer.body)
    except NotBelieved as error:
        sentence = _("Paying by card does not work at this moment. The order is kept, and nothing was charged.")
        raise Busy("card_provider", sentence, way_out=_("Try again in some minutes.")) from error


def charge_of(order: Order, *, back: str) -> Charge:
    """What an order costs, in the words a provider needs."""
    return Charge(
        order=str(order.id),
        title=f"{order.shop.name} {order.number}",
        amount=order.total - order.paid + order.refunded,
        currency=order.currency,
        email=order.customer.email if order.customer else "",
        language=order.language[:2],
        back=back,
        until=order.due_at or clock.now(),
    )


def told_by(shop: Shop, provider: str, *, body: bytes, signature: str) -> tuple[Order, News] | None:
    """The order a provider's message is about and what it says of it; none when it is no news of money.

    A message that is not signed for this shop is refused; a shop without this provider is absent.
    """
    method = PaymentMethod.objects.filter(shop=shop, kind=PaymentMethod.Kind.CARD, provider=provider).first()
    if method is None or provider not in PROVIDERS:
        raise NotFound("not_found")
    keys = {"webhook_secret": rehearsal_secret(shop)} if provider == "test" else keys_of(method)
    try:
        if len(body) > MESSAGE_LIMIT:
            raise NotBelieved("length")
        told = PROVIDERS[provider].told(body, signature, keys, clock.now())
    except NotBelieved as error:
        raise Refused("not_believed", _("This message is not signed by the provider.")) from error
    return None if told is None else (_order_of(shop, method, told), told)


def refunds_to_send(order_id: UUID) -> list[Payment]:
    """What an order's providers still have to give back and did not refuse."""
    rows = Payment.objects.filter(order_id=order_id, kind=Payment.Kind.REFUND, is_done=False, fault="")
    return list(rows.exclude(reference="").select_related("order__shop").order_by("at", "id"))


def give_back(refund: Payment) -> None:
    """Ask the provider to give money back; asked twice, it goes back once. No transaction is open.

    Raises Refused when the provider says no, and Busy when it says nothing: then it is asked again.
    """
    shop = refund.order.shop
    method = PaymentMethod.objects.filter(shop=shop, kind=PaymentMethod.Kind.CARD, provider=refund.provider).first()
    if method is None:
        raise Refused("no_provider", _("The shop does not have this provider any more."))
    provider = PROVIDERS[refund.provider]
    asked = provider.giving_back(Return(refund.event, refund.reference, refund.amount), keys_of(method))
    body = asked.body
    if asked.url:
        private = settings.MAZOT.private_webhooks
        answer = post(asked.url, asked.body, asked.headers, allow_private=private, keeps_body=True)
        if not answer.is_taken and (not 400 <= answer.status < 500 or answer.status in (409, 429)):
            raise Busy("card_provider", answer.reason)
        if not answer.is_taken:
            raise Refused("card_provider", answer.reason)
        body = answer.body
    try:
        provider.check_given_back(body)
    except NotBelieved as error:
        raise Refused("card_provider", str(error)) from error


def event_of(shop: Shop, told: Told) -> str:
    """The name a payment is kept under: one shop's provider cannot use up the names of another's."""
    return f"{shop.id.hex}:{hashlib.sha256(told.event.encode()).hexdigest()[:40]}"


def rehearsal_secret(shop: Shop) -> str:
    """What signs the messages of the test provider."""
    said = b"tickets-test-provider:" + shop.id.bytes
    return hmac.new(settings.MAZOT_CREDENTIAL_KEY.encode(), said, hashlib.sha256).hexdigest()


def rehearsed(order: Order, press: str, *, event: str) -> list[tuple[bytes, str]]:
    """The messages that the test provider sends after a press on its page; only test orders have such a page."""
    method = _method_to_pay(order)
    if method.provider != "test" or press not in rehearsal.PRESSES:
        raise NotFound("not_found")
    charge = charge_of(order, back="")
    return rehearsal.messages(press, charge, event, rehearsal_secret(order.shop), clock.now())


def _method_to_pay(order: Order) -> PaymentMethod:
    method = order.method
    if method is None or method.kind != PaymentMethod.Kind.CARD or method.provider not in PROVIDERS:
        raise NotFound("not_found")
    if method.provider == "test" and not order.is_test:
        raise NotFound("not_found")
    if order.state != Order.State.PENDING or (order.due_at is not None and order.due_at <= clock.now()):
        raise Refused("not_waiting", _("This order does not wait for money."))
    return method


def _order_of(shop: Shop, method: PaymentMethod, told: News) -> Order:
    if not isinstance(told, Told):
        rows = Payment.objects.select_related("order").filter(order__shop=shop, provider=method.provider)
        came = rows.filter(kind=Payment.Kind.PAYMENT, reference=told.payment).first()
        if came is None:
            raise NotFound("not_found")
        return came.order
    try:
        order_id = UUID(told.order)
    except ValueError:
        raise NotFound("not_found") from None
    found = Order.objects.select_related("shop").filter(id=order_id, shop=shop, method=method).first()
    if found is None or (method.provider == "test" and not found.is_test):
        raise NotFound("not_found")
    return found
