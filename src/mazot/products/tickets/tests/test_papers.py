# SPDX-License-Identifier: AGPL-3.0-or-later
import hashlib

import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from PIL import Image
from qrbill import QRBill
from stdnum import iso11649
from stdnum.ch import esr

from mazot.foundation.errors import Conflict
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.models import Order, Shop, Ticket
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.documents import ticket_pdf
from mazot.products.tickets.queries.invoices import invoice_pdf
from mazot.products.tickets.queries.links import link_secret
from mazot.products.tickets.rules.slips import reference_for
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.test_orders import ordered
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def paid(cast: Cast, count: int = 1, **what: object) -> Order:
    shop, price = an_open_shop(cast, **what)
    order = ordered(cast, shop, price, count)
    record_payment(buyer_in(shop), order, provider="hand", event="1", amount=order.total)
    return fresh(order)


def fresh(order: Order) -> Order:
    return Order.objects.select_related("shop__organization", "method", "customer").get(id=order.id)


def text_of(content: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]


def picture_of_page(content: bytes, page: int = 0) -> Image.Image:
    return pypdfium2.PdfDocument(content)[page].render(scale=3).to_pil()


def codes_on(content: bytes, page: int = 0) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture_of_page(content, page))]


def test_each_ticket_is_a_page_whose_code_reads_back(cast: Cast) -> None:
    order = paid(cast, 3)
    content = ticket_pdf(order)
    for at, (page, ticket) in enumerate(zip(text_of(content), order.tickets.order_by("number"), strict=True)):
        assert codes_on(content, at) == [ticket.code.upper()]
        for said in ("Requiem", "Hall", "Adult", "CHF 28.00", f"{order.number}-{ticket.number}", "Mimosa"):
            assert said in page
        assert "TEST" not in page


def test_a_ticket_of_a_trial_says_so_across_it_and_still_scans(cast: Cast) -> None:
    order = paid(cast, real=False)
    content = ticket_pdf(order)
    assert "TEST" in text_of(content)[0]
    assert codes_on(content) == [order.tickets.get().code.upper()]


def test_an_order_that_waits_for_money_has_no_ticket(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    with pytest.raises(Conflict, match="no_tickets"):
        ticket_pdf(ordered(cast, shop, price))


def test_what_people_write_is_printed_and_never_run(cast: Cast) -> None:
    hostile = '#panic("x") *bold* $x$ #sys.inputs \\ "]] @a <b> שלום مرحبا 🎉\x00\u202e'
    order = paid(cast, title=hostile.replace("\x00", "").replace("\u202e", "")[:150])
    Ticket.objects.filter(order=order).update(holder_name=hostile.replace("\x00", "")[:150])
    page = text_of(ticket_pdf(order))[0]
    assert '#panic("x") *bold* $x$' in page
    assert codes_on(ticket_pdf(order)) == [order.tickets.get().code.upper()]


def test_equal_orders_make_equal_bytes(cast: Cast) -> None:
    order = paid(cast)
    assert hashlib.sha256(ticket_pdf(order)).digest() == hashlib.sha256(ticket_pdf(order)).digest()


def test_the_slip_says_what_an_independent_reader_expects(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = fresh(ordered(cast, shop, price, 2))
    content = invoice_pdf(order)
    reference = reference_for(order.number, iban=shop.iban, shop_id=shop.id)
    assert iso11649.is_valid(reference)
    creditor = {
        "name": "Mimosa", "street": "Rue du Lac", "house_num": "4", "pcode": "1800", "city": "Vevey", "country": "CH",
    }  # fmt: skip
    theirs = QRBill(
        account=shop.iban, creditor=creditor, amount="56.00", reference_number=order.reference or reference,
        additional_information=order.number,
    ).qr_data()  # fmt: skip
    assert codes_on(content)[0].split("\n") == theirs.replace("\r\n", "\n").split("\n")
    page = text_of(content)[0]
    for said in ("Payment part", "CHF 56.00", "Margaux Thévoz", "CH93 0076 2011 6238 5295 7"):
        assert said in page


def test_a_qr_account_gets_a_qr_reference(cast: Cast) -> None:
    shop, _price = an_open_shop(cast)
    reference = reference_for("T-26-0384", iban="CH4431999123000889012", shop_id=shop.id)
    assert len(reference) == 27
    assert esr.is_valid(reference)


def test_an_account_in_the_euro_area_gets_a_sepa_code(cast: Cast) -> None:
    shop, price = an_open_shop(cast)
    order = ordered(cast, shop, price)
    Shop.objects.filter(id=shop.id).update(iban="DE89370400440532013000")
    Order.objects.filter(id=order.id).update(currency="EUR", reference="")
    lines = codes_on(invoice_pdf(fresh(order)))[0].split("\n")
    assert lines[:2] == ["BCD", "002"]
    assert "DE89370400440532013000" in lines
    assert "EUR28" in lines or "EUR28.00" in lines


def test_a_trial_is_never_to_be_paid(cast: Cast) -> None:
    shop, price = an_open_shop(cast, real=False)
    code = codes_on(invoice_pdf(fresh(ordered(cast, shop, price))))[0].split("\n")
    assert "0.00" in code
    assert "DO NOT USE FOR PAYMENT" in code


def test_a_paid_invoice_has_no_slip(cast: Cast) -> None:
    content = invoice_pdf(paid(cast))
    assert codes_on(content) == []
    assert "Paid on" in text_of(content)[0]


def test_the_link_of_the_order_opens_its_papers_and_no_proxy_keeps_them(cast: Cast, client: Client) -> None:
    order = paid(cast)
    base = f"/shop/{order.shop.slug}/order/{link_secret(order.id)}"
    for path in ("tickets.pdf", "tickets/1.pdf", "invoice.pdf"):
        answer = client.get(f"{base}/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer["Cache-Control"] == "private, no-store"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer.content.startswith(b"%PDF-")
    assert client.get(f"/shop/{order.shop.slug}/order/{'x' * 27}/tickets.pdf").status_code == 404
    assert client.get(f"{base}/tickets/9.pdf").status_code == 409
