# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses that people share, seen in the session of an address of one's own (RFC 2342)."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from mazot.foundation import facts
from mazot.foundation.bus import bus
from mazot.heads import bridge
from mazot.heads.imap.door import open_door
from mazot.products.mail.actions.addresses import set_address_state
from mazot.products.mail.actions.devices import make_device_password
from mazot.products.mail.actions.sharings import end_sharing, set_sharing
from mazot.products.mail.models import Address, Mailbox, Sharing
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.tenancy.actor import Actor
from tests.cast import Cast
from tests.conversations.imap.talk import LETTER, Client, Reply

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = int(AddressRight.DEVICES | AddressRight.LOOK_ONLY)
BILLETS = b"Shared/billets@mimosa.example"
Enter = Callable[[Actor, Address], Client]


@pytest.fixture(autouse=True)
def published() -> Iterator[None]:
    before = list(facts._publish)
    facts.publish_with(bus().publish)
    yield
    facts._publish[:] = before


@pytest.fixture
def place() -> Iterator[tuple[str, int]]:
    """Where an IMAP door is open in this process."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listener = socket.create_server(("127.0.0.1", 0))
    door = asyncio.run_coroutine_threadsafe(open_door(listener, tls=None), loop).result(10)
    yield listener.getsockname()[:2]
    asyncio.run_coroutine_threadsafe(door.close(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    bridge.close()  # its connections would outlive the test's database


@pytest.fixture
def enter(place: tuple[str, int]) -> Iterator[Enter]:
    opened: list[Client] = []

    def one(actor: Actor, address: Address) -> Client:
        _device, secret = make_device_password(actor, address, name="Telephone")
        client = Client(socket.create_connection(place, timeout=30))
        client.greeting = client.line()
        assert client.ask(f"LOGIN {address} {secret}".encode()).state == b"OK"
        opened.append(client)
        return client

    yield one
    for client in opened:
        client.close()


@pytest.fixture
def billets(cast: Cast) -> Address:
    """billets@mimosa.example: Malik keeps it, Gaia may look at it with programs. Both have an address of their own."""
    service = a_service(cast.mimosa)
    made = an_address(service, "billets")
    share(made, cast.people.malik, is_keeper=True)
    share(made, cast.people.gaia, LOOKS)
    for key in ("malik", "gaia"):
        share(an_address(service, key), getattr(cast.people, key), is_keeper=True)
    return made


def own(key: str) -> Address:
    return Address.objects.select_related("service").get(local=key)


def put(client: Client, mailbox: bytes) -> Reply:
    return client.ask(b"APPEND %b {%d+}\r\n%b" % (mailbox, len(LETTER), LETTER))


def names(client: Client, command: bytes) -> list[bytes]:
    return [line.split(b'"/" ')[1] for line in client.ask(command).lines]


def test_they_are_announced_listed_and_counted(cast: Cast, billets: Address, enter: Enter) -> None:
    gaia = enter(cast.gaia, own("gaia"))
    assert gaia.ask(b"NAMESPACE").lines == [b'* NAMESPACE (("" "/")) NIL (("Shared/" "/"))']
    listed = names(gaia, b'LIST "" *')
    assert [name for name in listed if name.startswith(b"Shared")] == [
        b"Shared",
        BILLETS,
        *(BILLETS + b"/" + name for name in (b"Archive", b"Drafts", b"INBOX", b"Sent", b"Spam", b"Trash")),
    ]
    assert b"INBOX" in listed
    assert names(gaia, b'LIST "" Shared/%') == [BILLETS]
    assert names(gaia, b'LIST Shared/ "%/INBOX"') == [BILLETS + b"/INBOX"]
    assert gaia.ask(b'LIST "" %').said(b"Shared") == [b'* LIST (\\NonExistent \\Noselect \\HasChildren) "/" Shared']
    assert not [name for name in names(gaia, b'LIST (SPECIAL-USE) "" *') if name.startswith(b"Shared")]
    assert gaia.ask(b"STATUS %b/INBOX (MESSAGES)" % BILLETS).lines == [b"* STATUS %b/INBOX (MESSAGES 0)" % BILLETS]
    status = gaia.ask(b'LIST "" Shared/*/INBOX RETURN (STATUS (MESSAGES))')
    assert status.lines[-1] == b"* STATUS %b/INBOX (MESSAGES 0)" % BILLETS


def test_whoever_may_look_only_changes_nothing(cast: Cast, billets: Address, enter: Enter) -> None:
    malik, gaia = enter(cast.malik, own("malik")), enter(cast.gaia, own("gaia"))
    inbox = BILLETS + b"/INBOX"
    assert put(malik, inbox).state == b"OK"
    assert gaia.ask(b"SELECT %b" % inbox).code == b"READ-ONLY"
    assert gaia.ask(b"FETCH 1 BODY[TEXT]").lines != []
    assert malik.ask(b"EXAMINE %b" % inbox).state == b"OK"
    assert malik.ask(b"FETCH 1 FLAGS").lines == [b"* 1 FETCH (FLAGS ())"]
    for command in (b"STORE 1 +FLAGS (\\Seen)", b"MOVE 1 INBOX", b"EXPUNGE"):
        assert gaia.ask(command).code == b"NOPERM", command
    for command in (b"CREATE %b/New", b"DELETE %b/Sent", b"RENAME %b/Sent Shared/billets@mimosa.example/Gone"):
        assert gaia.ask(command % BILLETS).code == b"NOPERM", command
    assert put(gaia, inbox).code == b"NOPERM"
    assert gaia.ask(b"COPY 1 %b/Archive" % BILLETS).code == b"NOPERM"
    assert gaia.ask(b"COPY 1 INBOX").code.startswith(b"COPYUID")
    assert gaia.ask(b'SETMETADATA %b (/shared/comment "x")' % inbox).code == b"NOPERM"
    assert gaia.ask(b'SETMETADATA %b (/private/comment "x")' % inbox).state == b"OK"


def test_whoever_may_write_works_there_as_at_home(cast: Cast, billets: Address, enter: Enter) -> None:
    malik = enter(cast.malik, own("malik"))
    assert malik.ask(b"CREATE %b/Fair/2026" % BILLETS).state == b"OK"
    assert put(malik, b"INBOX").state == b"OK"
    assert malik.ask(b"SELECT INBOX").code == b"READ-WRITE"
    assert malik.ask(b"MOVE 1 %b/Fair/2026" % BILLETS).state == b"OK"
    assert malik.ask(b"SELECT %b/Fair/2026" % BILLETS).said(b" EXISTS") == [b"* 1 EXISTS"]
    assert malik.ask(b"STORE 1 +FLAGS (\\Flagged)").lines == [b"* 1 FETCH (FLAGS (\\Flagged))"]
    assert malik.ask(b"SEARCH TEXT scores").lines == [b"* SEARCH 1"]
    assert malik.ask(b"SORT (SUBJECT) UTF-8 FLAGGED").lines == [b"* SORT 1"]
    assert malik.ask(b"RENAME %b/Fair/2026 %b/Fair/2027" % (BILLETS, BILLETS)).state == b"OK"
    assert malik.ask(b"RENAME %b/Fair/2027 Fair" % BILLETS).code == b"CANNOT"
    assert malik.ask(b"GETQUOTAROOT %b/INBOX" % BILLETS).lines[0] == b'* QUOTAROOT %b/INBOX "%b"' % (BILLETS, BILLETS)
    assert malik.ask(b"GETQUOTA %b" % BILLETS).lines == [b'* QUOTA "%b" ()' % BILLETS]
    assert malik.ask(b"GETQUOTA Shared/nobody@mimosa.example").code == b"NONEXISTENT"
    assert malik.ask(b"DELETE %b/Fair/2027" % BILLETS).state == b"OK"
    kept = Mailbox.objects.filter(store__address=billets, name__startswith="Fair").values_list("name", flat=True)
    assert list(kept) == ["Fair"]


def test_each_person_subscribes_for_themselves(cast: Cast, billets: Address, enter: Enter) -> None:
    malik, gaia = enter(cast.malik, own("malik")), enter(cast.gaia, own("gaia"))
    assert gaia.ask(b"UNSUBSCRIBE %b/Spam" % BILLETS).state == b"OK"
    assert BILLETS + b"/Spam" not in names(gaia, b'LSUB "" *')
    assert BILLETS + b"/Spam" in names(malik, b'LSUB "" *')
    assert BILLETS + b"/Spam" not in names(gaia, b'LIST (SUBSCRIBED) "" *')
    assert gaia.ask(b"SUBSCRIBE %b/Spam" % BILLETS).state == b"OK"
    assert BILLETS + b"/Spam" in names(gaia, b'LSUB "" *')


def test_names_of_shared_addresses_are_nobodys_to_take(cast: Cast, billets: Address, enter: Enter) -> None:
    malik = enter(cast.malik, own("malik"))
    for name in (b"Shared", b"Shared/ghost@mimosa.example/x", b"Shared/gaia@mimosa.example", BILLETS, BILLETS + b"/"):
        assert malik.ask(b"CREATE %b" % name).code == b"CANNOT", name
    assert malik.ask(b"RENAME Archive Shared/ghost@mimosa.example/x").code == b"CANNOT"
    assert malik.ask(b"CREATE Shared/Recipes").state == b"OK"
    assert Mailbox.objects.filter(store__address__local="malik", name="Shared/Recipes").exists()
    assert malik.ask(b"SELECT %b" % BILLETS).code == b"NONEXISTENT"


def test_strangers_learn_not_even_that_it_is_there(cast: Cast, billets: Address, enter: Enter) -> None:
    rival = an_address(a_service(cast.rival, "rival.example"), "otto")
    share(rival, cast.people.otto, is_keeper=True)
    share(an_address(billets.service, "adam"), cast.people.adam, is_keeper=True)
    for client in (enter(cast.otto, rival), enter(cast.adam, own("adam"))):
        assert client.ask(b"NAMESPACE").lines == [b'* NAMESPACE (("" "/")) NIL NIL']
        assert not client.ask(b'LIST "" Shared*').lines
        answers = {client.ask(b"SELECT Shared/%b/INBOX" % name).end for name in (b"billets@mimosa.example", b"x@y.z")}
        assert answers == {b"NO [NONEXISTENT] There is no such mailbox."}
        assert put(client, BILLETS + b"/INBOX").code == b"TRYCREATE"


def test_the_password_of_a_shared_address_opens_no_address_of_its_people(
    cast: Cast, billets: Address, enter: Enter
) -> None:
    share(own("malik"), cast.people.adam, LOOKS)  # so that it has several people, and would be shown
    gaia = enter(cast.gaia, billets)
    assert gaia.ask(b"NAMESPACE").lines == [b'* NAMESPACE (("" "/")) NIL NIL']
    assert gaia.ask(b"SELECT Shared/gaia@mimosa.example/INBOX").code == b"NONEXISTENT"


@pytest.mark.parametrize("way", ["ended", "no devices", "blocked", "maintenance"])
@pytest.mark.parametrize("last", [b"IDLE", b"FETCH 1 BODY.PEEK[]"])
def test_what_is_no_longer_shared_closes_at_once(
    cast: Cast, billets: Address, enter: Enter, way: str, last: bytes
) -> None:
    malik, gaia = enter(cast.malik, own("malik")), enter(cast.gaia, own("gaia"))
    put(malik, BILLETS + b"/INBOX")
    assert gaia.ask(b"SELECT %b/INBOX" % BILLETS).state == b"OK"
    assert gaia.ask(b"FETCH 1 BODY.PEEK[]").state == b"OK"
    if last == b"IDLE":
        gaia.send(b"IDLE")
        assert gaia.line().startswith(b"+ ")
    sharing = Sharing.objects.get(address=billets, person=cast.people.gaia)
    if way == "ended":
        end_sharing(cast.olive, sharing)
    elif way == "no devices":
        set_sharing(cast.olive, sharing, rights=LOOKS & ~AddressRight.DEVICES)
    else:
        set_address_state(cast.olive, billets, state=way)
    if last != b"IDLE":
        gaia.send(last)
    assert gaia.line() == b"* BYE This address is no longer shared with you, or is not open now."
    again = enter(cast.gaia, own("gaia"))
    assert again.ask(b"NAMESPACE").lines == [b'* NAMESPACE (("" "/")) NIL NIL']


def test_news_of_a_shared_mailbox_reach_who_waits(cast: Cast, billets: Address, enter: Enter) -> None:
    malik, gaia = enter(cast.malik, own("malik")), enter(cast.gaia, own("gaia"))
    gaia.ask(b"SELECT %b/INBOX" % BILLETS)
    gaia.send(b"IDLE")
    assert gaia.line().startswith(b"+ ")
    put(malik, BILLETS + b"/INBOX")
    assert gaia.line() == b"* 1 EXISTS"
    gaia.socket.sendall(b"DONE\r\n")
    assert b" OK " in gaia.line()


def test_notify_tells_of_shared_mailboxes_and_that_they_went(cast: Cast, billets: Address, enter: Enter) -> None:
    malik, gaia = enter(cast.malik, own("malik")), enter(cast.gaia, own("gaia"))
    assert gaia.ask(b"NOTIFY SET (subscribed (MessageNew MessageExpunge MailboxName))").state == b"OK"
    put(malik, BILLETS + b"/INBOX")
    assert gaia.line().startswith(b"* STATUS %b/INBOX (MESSAGES 1 " % BILLETS)
    end_sharing(cast.olive, Sharing.objects.get(address=billets, person=cast.people.gaia))
    went = {gaia.line() for _mailbox in range(6)}
    assert b'* LIST (\\NonExistent \\Noselect \\HasNoChildren) "/" %b/INBOX' % BILLETS in went
    put(malik, BILLETS + b"/INBOX")
    assert gaia.ask(b"NOOP").lines == []
