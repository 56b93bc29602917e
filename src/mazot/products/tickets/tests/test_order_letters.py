# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from django.core import mail

from mazot.exchange.facts.tickets.sales import OrderCancelled
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.foundation.facts import Heard
from mazot.foundation.ids import new_id
from mazot.foundation.letters import send_letter
from mazot.products.tickets.actions.letters import note_letter
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.jobs import hear_order, send_order
from mazot.products.tickets.models import Entry, Order, Shop
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.links import link_secret
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import ordered
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def bought(cast: Cast, *, paid: bool) -> Order:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price, 2)
    if paid:
        record_payment(buyer_in(shop), order, provider="hand", event="1", amount=order.total)
    return order


def test_a_paid_order_comes_with_its_tickets_and_its_link_and_once(cast: Cast) -> None:
    order = bought(cast, paid=True)
    send_order(str(order.id), "paid", "paid")
    send_order(str(order.id), "paid", "paid")
    (letter,) = mail.outbox
    assert letter.to == ["margaux@example.org"]
    assert letter.reply_to == ["tickets@mimosa.example"]
    assert link_secret(order.id) in letter.body
    assert "Requiem" in letter.body
    ((name, content, kind),) = letter.attachments
    assert (name, kind) == (f"{order.number}.pdf", "application/pdf")
    assert content.startswith(b"%PDF-")
    assert Entry.objects.filter(order=order, what="sent").count() == 1


def test_an_order_by_invoice_comes_with_the_invoice_and_no_ticket(cast: Cast) -> None:
    order = bought(cast, paid=False)
    send_order(str(order.id), "placed", "placed")
    assert [name for name, *_ in mail.outbox[0].attachments] == [f"{order.number}-invoice.pdf"]
    assert "CHF 56.00" in mail.outbox[0].body


def test_an_order_paid_at_once_is_confirmed_by_its_tickets_alone(cast: Cast) -> None:
    order = bought(cast, paid=True)
    send_order(str(order.id), "placed", "placed")
    assert mail.outbox == []


def test_each_kind_of_letter_says_what_happened(cast: Cast) -> None:
    order = bought(cast, paid=False)
    for kind, said in (("expired", "not paid in time"), ("cancelled", "are cancelled"), ("attention", "does not fit")):
        send_order(str(order.id), kind, kind)
        assert said in mail.outbox[-1].body
        assert mail.outbox[-1].attachments == []


def test_the_name_of_a_shop_smuggles_no_header(cast: Cast) -> None:
    order = bought(cast, paid=False)
    Shop.objects.filter(id=order.shop_id).update(name="Season\nBcc: otto@people.example", contact_email="a@b.example")
    send_order(str(order.id), "placed", "placed")
    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None
    assert "\n" not in sent["Subject"]
    with pytest.raises(ValueError, match="newlines"):
        send_letter("a@b.example", "x", "y", reply_to="a@b.example\nBcc: otto@people.example")


def test_otto_notes_no_letter_of_another_house(cast: Cast) -> None:
    order = bought(cast, paid=False)
    with pytest.raises((NotAllowed, NotFound)):
        note_letter(cast.otto, order, letter="paid")


def test_a_cancellation_is_told_only_where_that_was_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(send_order, "later", lambda *told: asked.append(told))
    for number, tells in ((1, False), (2, True)):
        heard = Heard(new_id(), OrderCancelled.kind(), None, None, "web", {"order_id": str(number), "tells": tells})
        hear_order(heard)
    assert [told[:2] for told in asked] == [("2", "cancelled")]
