# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail is brought from another Mazot: folder by folder, once, with dates and flags, and nothing changes there."""

import imaplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mazot.products.mail.actions.bringing import run_transfer
from mazot.products.mail.actions.transfers import bring_from_server
from mazot.products.mail.models import Placement, Store, Transfer
from mazot.products.mail.queries.elsewhere import Elsewhere, Server
from mazot.products.mail.queries.messages import content_of
from mazot.products.mail.queries.transfers import transfer_of
from mazot.products.mail.rules.flags import FLAGGED, SEEN
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from tests.cast import Cast
from tests.conversations.imap.talk import LETTER
from tests.served import Served

FOLDER = "Moving &AOk-t&AOk-"  # "Moving été", as IMAP4rev1 writes it


@pytest.fixture
def store(cast: Cast) -> Store:
    address = an_address(a_service(cast.mimosa, "here.example"), "malik")
    share(address, cast.people.malik, is_keeper=True)
    return Store.objects.get(address=address)


@pytest.fixture
def there(served: Served, settings) -> Iterator[imaplib.IMAP4]:
    """The other server, with a folder of two letters."""
    settings.MAZOT = replace(settings.MAZOT, private_imports=True)
    mail = served.people["malik"]["mail"]
    with imaplib.IMAP4(*served.doors["imap"]) as there:
        there.login(mail["address"], mail["secret"])
        there.create(f'"{FOLDER}"')
        at = datetime(2024, 2, 29, 12, tzinfo=UTC)
        there.append(f'"{FOLDER}"', r"(\Seen \Flagged)", at, LETTER)
        there.append(f'"{FOLDER}"', None, at, LETTER.replace(b"Monday", b"Sunday"))
        yield there
        there.delete(f'"{FOLDER}"')


def bring(cast: Cast, store: Store, served: Served, *, password: str = "", **told: object) -> Transfer:
    mail, (host, port) = served.people["malik"]["mail"], served.doors["imap"]
    made = bring_from_server(
        cast.malik,
        store,
        **{"host": host, "port": port, "login": mail["address"], "is_encrypted": False, "into": "Before"} | told,  # type: ignore[arg-type]
        password=password or mail["secret"],
    )
    run_transfer(transfer_of(cast.malik, store, made.id))
    return transfer_of(cast.malik, store, made.id)


def test_mail_of_another_server_comes_once(cast: Cast, store: Store, served: Served, there: imaplib.IMAP4) -> None:
    done = bring(cast, store, served)
    assert (done.state, done.said, done.secret) == ("done", "", "")
    assert ["Moving été", 2, 2] in done.folders
    rows = Placement.objects.filter(mailbox__name="Before/Moving été").order_by("uid")
    assert [(one.flags, one.message.received_at) for one in rows] == [
        (SEEN | FLAGGED, datetime(2024, 2, 29, 12, tzinfo=UTC)),
        (0, datetime(2024, 2, 29, 12, tzinfo=UTC)),
    ]
    assert bytes(content_of(rows[0].message.digest)) == LETTER
    n_letters = Placement.objects.count()
    again = bring(cast, store, served)
    assert (again.state, rows.count()) == ("done", 2)
    # Letters that are there twice came once; new is only what came there meanwhile from the queue of another test.
    assert again.n_there == done.n_added + done.n_there
    assert Placement.objects.count() == n_letters + again.n_added
    there.select(f'"{FOLDER}"', readonly=True)
    assert there.search(None, "UNSEEN") == ("OK", [b"2"])  # reading them there marks nothing


def test_a_wrong_password_is_said_and_nothing_is_written(
    cast: Cast, store: Store, served: Served, there: imaplib.IMAP4
) -> None:
    assert there.state == "AUTH"
    failed = bring(cast, store, served, password="wrong")
    assert (failed.state, failed.said, failed.secret) == ("failed", "refused", "")
    assert not Placement.objects.exists()


def test_our_own_network_is_not_asked_unless_the_operator_says_so(
    cast: Cast, store: Store, served: Served, there: imaplib.IMAP4, settings
) -> None:
    assert there.state == "AUTH"
    host, port = served.doors["imap"]
    settings.MAZOT = replace(settings.MAZOT, private_imports=False)
    for where in ((host, port), (host, 993), ("127.1", 993), ("2130706433", 993), ("::1", 993), ("10.0.0.1", 143)):
        with pytest.raises(Elsewhere, match=r"private|unreachable"):
            Server(*where, login="a", password="b", encrypted=True)
