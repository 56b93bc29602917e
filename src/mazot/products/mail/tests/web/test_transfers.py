# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import and export on their page: a file whole or in pieces, another server, files to take away."""

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock
from mazot.products.mail.actions.transfers import announce_file, end_transfer
from mazot.products.mail.jobs import bring_mail
from mazot.products.mail.models import Address, Message, Placement, Store, Transfer
from mazot.products.mail.tests.test_importing import MBOX, bring
from mazot.products.mail.web.views.transfers import SAID
from tests.cast import Cast

SignedIn = Callable[..., Client]


def page_of(address: Address) -> str:
    return f"/mail/addresses/{address.id}/transfers"


def test_a_file_comes_whole_with_the_form(cast: Cast, address: Address, store: Store, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.malik), page_of(address)
    told = {"file": SimpleUploadedFile("old.mbox", MBOX), "into": "Before"}
    assert browser.post(f"{page}/file", told)["Location"] == page
    transfer = Transfer.objects.get()
    assert (transfer.state, transfer.name, transfer.received) == ("waiting", "old.mbox", len(MBOX))
    assert "hx-trigger" in browser.get(f"{page}/state").content.decode()
    bring_mail(str(transfer.id))
    seen = browser.get(page).content.decode()
    assert "2 letters came in" in seen
    assert 'hx-trigger="every 2s"' not in seen
    bring_mail(str(transfer.id))
    assert Message.objects.count() == 2


def test_a_file_comes_in_pieces_that_follow_one_another(
    cast: Cast, address: Address, store: Store, signed_in: SignedIn
) -> None:
    browser, page = signed_in(cast.malik), page_of(address)
    begun = browser.post(f"{page}/file", {"name": "old.mbox", "size": str(len(MBOX))}).json()

    def send(offset: int | str, content: bytes) -> int:
        where = f"{begun['pieces']}?offset={offset}"
        return browser.post(where, content, content_type="application/octet-stream").status_code

    assert send(0, MBOX[:100]) == 200
    for offset, content in ((0, MBOX[:100]), (5, b"x"), ("x", b"x"), (100, MBOX)):
        assert send(offset, content) == 409
    assert send(100, MBOX[100:]) == 200
    assert send(len(MBOX), b"") == 409
    bring_mail(str(Transfer.objects.get().id))
    assert Placement.objects.count() == 2
    for size in ("0", "x", str(6 << 30)):
        assert browser.post(f"{page}/file", {"name": "x", "size": size}).status_code in (400, 422)


def test_another_server_is_asked_for_and_its_password_never_shown(
    cast: Cast, address: Address, store: Store, signed_in: SignedIn
) -> None:
    browser, page = signed_in(cast.malik), page_of(address)
    told = {"host": "imap.elsewhere.example", "port": "993", "login": "anna", "password": "open-sesame"}
    refused = browser.post(f"{page}/server", told | {"port": "22"})
    assert refused.status_code == 422
    assert "993 or 143" in refused.content.decode()
    assert browser.post(f"{page}/server", told)["Location"] == page
    seen = browser.get(page).content.decode()
    assert "imap.elsewhere.example" in seen
    assert "open-sesame" not in seen
    transfer = Transfer.objects.get()
    assert browser.post(f"{page}/{transfer.id}/stop")["Location"] == page
    transfer.refresh_from_db()
    assert (transfer.state, transfer.secret) == ("stopped", "")


def test_each_reason_has_its_sentence(cast: Cast, address: Address, store: Store, signed_in: SignedIn) -> None:
    browser = signed_in(cast.malik)
    for word, sentence in SAID.items():
        Transfer.objects.all().delete()
        end_transfer(cast.malik, store, transfer=announce_file(cast.malik, store, name="x", size=1), said=word)
        assert str(sentence) in browser.get(page_of(address)).content.decode()


def test_mail_goes_out_as_files_for_those_who_read_it(
    cast: Cast, address: Address, store: Store, signed_in: SignedIn
) -> None:
    bring(cast, store, MBOX)
    browser, out = signed_in(cast.gaia), f"/mail/addresses/{address.id}/export"
    whole = browser.get(out, {"as": "mbox"})
    assert "malik@mimosa.example.mbox" in whole["Content-Disposition"]
    assert b"".join(whole.delivery.pieces).count(b"\nSubject: ") == 2
    one = browser.get(out, {"as": "zip", "folder": "Concerts"})
    assert [entry.path for entry in one.delivery.entries] == ["Concerts", "Concerts/000001 Second.eml"]
    assert browser.get(out, {"folder": "Nowhere"}).status_code == 404
    for stranger in (cast.olive, cast.otto):
        assert signed_in(stranger).get(out, {"as": "mbox"}).status_code in (403, 404)


def test_who_only_looks_is_offered_no_import(cast: Cast, address: Address, store: Store, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.gaia), page_of(address)
    seen = browser.get(page).content.decode()
    assert "Take mail with you" in seen
    assert "Bring mail here" not in seen
    assert browser.post(f"{page}/file", {"name": "x", "size": "5"}).status_code == 403
    assert page not in signed_in(cast.olive).get(f"/mail/addresses/{address.id}/").content.decode()


def test_the_page_of_imports_asks_no_more_for_many(
    cast: Cast, address: Address, store: Store, signed_in: SignedIn
) -> None:
    for number in range(15):
        Transfer.objects.create(
            address=address,
            kind="file",
            name=f"f{number}",
            state="done",
            created_at=clock.now(),
            finished_at=clock.now(),
        )
    browser, page = signed_in(cast.malik), page_of(address)
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert "f14" in browser.get(page).content.decode()
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]
