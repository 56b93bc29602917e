# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each extension that is advertised, by what it promises."""

import zlib

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import LETTER, Client


def test_several_messages_come_in_one_append_or_none(malik: Client) -> None:
    name = malik.in_new_mailbox()
    first, second = b"Subject: 1\r\n\r\na", b"Subject: 2\r\n\r\nb"
    told = malik.ask(
        b'APPEND %b (\\Seen) "01-Nov-2026 10:00:00 +0100" {%d+}\r\n%b () {%d+}\r\n%b'
        % (name, len(first), first, len(second), second)
    )
    assert told.code.startswith(b"APPENDUID ")
    assert told.code.endswith(b" 1:2")
    assert malik.ask(b"FETCH 1:2 (FLAGS)").lines == [b"* 1 FETCH (FLAGS (\\Seen))", b"* 2 FETCH (FLAGS ())"]
    assert malik.ask(b"FETCH 1 INTERNALDATE").lines == [b'* 1 FETCH (INTERNALDATE "01-Nov-2026 09:00:00 +0000")']
    assert malik.ask(b"APPEND %b {1+}\r\na {0+}\r\n" % name).state == b"NO"
    assert malik.ask(b"STATUS %b (MESSAGES)" % name).lines == [b"* STATUS %b (MESSAGES 2)" % name]
    assert malik.ask(b"APPEND nowhere {1+}\r\na").code == b"TRYCREATE"


def test_a_literal_that_waits_is_invited(malik: Client) -> None:
    name = malik.in_new_mailbox()
    tag = malik.send(b"APPEND " + name + b" {3}")
    assert malik.line().startswith(b"+ ")
    malik.socket.sendall(b"a\r\n\r\n")
    assert malik.until(tag).state == b"OK"


def test_a_message_above_the_limit_is_refused_before_it_is_sent(malik: Client) -> None:
    name = malik.in_new_mailbox()
    assert malik.ask(b"APPEND " + name + b" {999999999}").code == b"TOOBIG"
    assert malik.ask(b"NOOP").state == b"OK"
    assert malik.ask(b"SEARCH SUBJECT {99999}").end.startswith(b"BAD [TOOBIG]")
    assert malik.ask(b"SEARCH SUBJECT {70000+}\r\n" + b"x" * 70000).end.startswith(b"BAD [TOOBIG]")
    assert malik.ask(b"NOOP").state == b"OK"


def test_search_answers_what_is_asked_to_be_returned(malik: Client) -> None:
    malik.in_new_mailbox(letters=5)
    malik.ask(b"STORE 2,4 +FLAGS.SILENT (\\Seen $Done)")
    assert malik.ask(b"SEARCH SEEN").lines == [b"* SEARCH 2 4"]
    assert malik.ask(b"SEARCH KEYWORD $done NOT 2").lines == [b"* SEARCH 4"]
    assert malik.ask(b"SEARCH SUBJECT nothing").lines == [b"* SEARCH"]
    told = malik.ask(b"UID SEARCH RETURN (MIN MAX COUNT) UNSEEN")
    assert told.lines == [b'* ESEARCH (TAG "a%d") UID MIN 1 MAX 5 COUNT 3' % malik.n_asked]
    assert malik.ask(b"SEARCH RETURN () 1:3").lines[0].endswith(b" ALL 1:3")
    assert malik.ask(b"SEARCH RETURN (COUNT) SUBJECT nothing").lines[0].endswith(b") COUNT 0")
    assert malik.ask(b"SEARCH RETURN (SAVE) SEEN").lines == []
    assert malik.ask(b"FETCH $ UID").lines == [b"* 2 FETCH (UID 2)", b"* 4 FETCH (UID 4)"]
    assert malik.ask(b"SEARCH CHARSET KOI8-R ALL").code == b"BADCHARSET (US-ASCII UTF-8)"


def test_search_reads_headers_and_texts_as_people_do(malik: Client) -> None:
    name = malik.in_new_mailbox()
    malik.append(
        name, b"Subject: =?utf-8?q?R=C3=A9p=C3=A9tition?=\r\nTo: Olive <olive@mimosa.example>\r\n\r\nAt seven.\r\n"
    )
    malik.append(name, b"Subject: Else\r\nX-List: a\r\nContent-Transfer-Encoding: base64\r\n\r\nQXQgZWlnaHQu\r\n")
    for key, found in (
        (b"CHARSET UTF-8 SUBJECT {12+}\r\nR\xc3\xa9P\xc3\xa9TITION", b" 1"),
        (b"TO olive", b" 1"),
        (b"FROM olive", b""),
        (b"HEADER X-List {0+}\r\n", b" 2"),
        (b"BODY eight", b" 2"),
        (b"BODY else", b""),
        (b"TEXT else", b" 2"),
        (b"OR BODY seven SUBJECT else", b" 1 2"),
        (b"NOT TEXT seven", b" 2"),
        (b"LARGER 80", b" 1"),
        (b"SINCE 1-Jan-2020 BEFORE 1-Jan-2100", b" 1 2"),
        (b"YOUNGER 3600", b" 1 2"),
        (b"OLDER 3600", b""),
        (b"SAVEDSINCE 1-Jan-2020", b" 1 2"),
        (b"SENTSINCE 1-Jan-2020", b""),
    ):
        assert malik.ask(b"SEARCH " + key).lines == [b"* SEARCH" + found], key


def test_list_tells_subscriptions_children_uses_and_counts(malik: Client) -> None:
    name = malik.in_new_mailbox(letters=1)
    malik.ask(b"CREATE " + name + b"/below")
    malik.ask(b"UNSUBSCRIBE " + name)
    listed = malik.ask(b'LIST (SUBSCRIBED) "" (%b %b/*)' % (name, name)).lines
    assert listed == [b'* LIST (\\HasNoChildren \\Subscribed) "/" %b/below' % name]
    recursive = malik.ask(b'LIST (SUBSCRIBED RECURSIVEMATCH) "" ' + name).lines
    assert recursive == [b'* LIST (\\HasChildren) "/" %b ("CHILDINFO" ("SUBSCRIBED"))' % name]
    counted = malik.ask(b'LIST "" %b RETURN (STATUS (MESSAGES UNSEEN))' % name).lines
    assert counted[1] == b"* STATUS %b (MESSAGES 1 UNSEEN 1)" % name
    uses = malik.ask(b'LIST (SPECIAL-USE) "" *').lines
    assert len(uses) == 5
    assert malik.ask(b"CREATE %b/x (USE (\\Flagged))" % name).code == b"USEATTR"


def test_every_item_of_status(malik: Client) -> None:
    name = malik.in_new_mailbox(letters=2)
    malik.ask(b"STORE 1 +FLAGS (\\Deleted \\Seen)")
    told = malik.ask(b"STATUS %b (MESSAGES RECENT UIDNEXT UNSEEN DELETED SIZE APPENDLIMIT)" % name).lines[0]
    size = 2 * len(LETTER.replace(b"Monday", b"day 1"))
    assert told == b"* STATUS %b (MESSAGES 2 RECENT 0 UIDNEXT 3 UNSEEN 1 DELETED 1 SIZE %d APPENDLIMIT 52428800)" % (
        name,
        size,
    )


def modseq(client: Client, name: bytes) -> int:
    line = client.ask(b"STATUS %b (HIGHESTMODSEQ)" % name).lines[0]
    return int(line.rsplit(b" ", 1)[1][:-1])


def test_a_store_on_condition_passes_over_what_has_changed(malik: Client, connect: Connect) -> None:
    name = malik.in_new_mailbox(letters=3)
    before = modseq(malik, name)
    other = connect()
    other.ask(b"SELECT " + name)
    other.ask(b"STORE 2 +FLAGS (\\Flagged)")
    told = malik.ask(b"STORE 1:3 (UNCHANGEDSINCE %d) +FLAGS (\\Seen)" % before)
    assert told.code == b"MODIFIED 2"
    assert sorted(line.split()[1] for line in told.said(b"\\Seen")) == [b"1", b"3"]
    assert told.said(b"2 FETCH (FLAGS (\\Flagged) MODSEQ")
    found = malik.ask(b"SEARCH MODSEQ %d" % (before + 1)).lines[0]
    assert found == b"* SEARCH 1 2 3 (MODSEQ %d)" % modseq(malik, name)
    assert len(malik.ask(b"FETCH 1:* (FLAGS) (CHANGEDSINCE %d)" % (before + 1)).lines) == 2


def test_a_client_that_comes_back_hears_what_it_missed(malik: Client, connect: Connect) -> None:
    name = malik.in_new_mailbox(letters=5)
    told = malik.ask(b"SELECT " + name)
    validity = int(told.said(b"UIDVALIDITY")[0].split(b"UIDVALIDITY ")[1].split(b"]")[0])
    before = modseq(malik, name)
    malik.ask(b"STORE 2,3 +FLAGS (\\Deleted)")
    malik.ask(b"EXPUNGE")
    malik.ask(b"UID STORE 5 +FLAGS (\\Seen)")
    back = connect()
    assert back.ask(b"SELECT %b (QRESYNC (%d %d))" % (name, validity, before)).state == b"BAD"
    assert back.ask(b"ENABLE QRESYNC").lines == [b"* ENABLED QRESYNC"]
    lines = back.ask(b"SELECT %b (QRESYNC (%d %d 1:5))" % (name, validity, before)).lines
    assert b"* VANISHED (EARLIER) 2:3" in lines
    assert next(line for line in lines if b"FETCH" in line).startswith(b"* 3 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (")
    fetched = back.ask(b"UID FETCH 1:* (FLAGS) (CHANGEDSINCE %d VANISHED)" % before).lines
    assert fetched[0] == b"* VANISHED (EARLIER) 2:3"
    back.ask(b"UID STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert back.ask(b"EXPUNGE").lines == [b"* VANISHED 1"]


def test_identities_stay_when_a_message_moves(malik: Client) -> None:
    source = malik.in_new_mailbox(letters=1)
    target = malik.in_new_mailbox()
    malik.ask(b"SELECT " + source)
    first = malik.ask(b"FETCH 1 (EMAILID THREADID)").lines
    assert first[0].startswith(b"* 1 FETCH (EMAILID (M")
    malik.ask(b"MOVE 1 " + target)
    malik.ask(b"SELECT " + target)
    assert malik.ask(b"FETCH 1 (EMAILID THREADID)").lines == first
    number = first[0].split(b"EMAILID (")[1].split(b")")[0]
    assert malik.ask(b"SEARCH EMAILID " + number).lines == [b"* SEARCH 1"]
    assert malik.ask(b"SEARCH THREADID T0").lines == [b"* SEARCH"]


def test_savedate_preview_and_quota(malik: Client) -> None:
    name = malik.in_new_mailbox(letters=1)
    assert malik.ask(b"FETCH 1 PREVIEW").lines == [b'* 1 FETCH (PREVIEW "Bring the scores.")']
    assert malik.ask(b"FETCH 1 (PREVIEW (LAZY))").lines == [b'* 1 FETCH (PREVIEW "Bring the scores.")']
    assert malik.ask(b"FETCH 1 SAVEDATE").lines[0].startswith(b'* 1 FETCH (SAVEDATE "')
    assert malik.ask(b"GETQUOTAROOT " + name).lines == [b'* QUOTAROOT %b ""' % name, b'* QUOTA "" ()']


def test_a_part_is_decoded_when_asked_in_binary(malik: Client) -> None:
    name = malik.in_new_mailbox()
    malik.append(name, b"Subject: a\r\nContent-Transfer-Encoding: base64\r\n\r\nAGFiYw==\r\n")
    malik.ask(b"SELECT " + name)
    assert malik.ask(b"FETCH 1 BINARY.SIZE[1]").lines == [b"* 1 FETCH (BINARY.SIZE[1] 4)"]
    assert malik.ask(b"FETCH 1 BINARY.PEEK[1]").lines == [b"* 1 FETCH (BINARY[1] ~{4}\r\n\0abc)"]
    assert malik.ask(b"FETCH 1 BINARY.PEEK[1]<1.2>").lines == [b"* 1 FETCH (BINARY[1]<1> {2}\r\nab)"]


def test_names_are_utf8_once_it_is_enabled(malik: Client) -> None:
    assert malik.ask(b"ENABLE UTF8=ACCEPT FROB").lines == [b"* ENABLED UTF8=ACCEPT"]
    name = malik.in_new_mailbox()
    assert malik.ask(b'CREATE "%b/\xc3\xa9t\xc3\xa9"' % name).state == b"OK"
    assert malik.ask(b'LIST "" %b/*' % name).lines == [b'* LIST (\\HasNoChildren) "/" "%b/\xc3\xa9t\xc3\xa9"' % name]


def test_the_second_revision_answers_in_its_own_way(malik: Client) -> None:
    assert malik.ask(b"ENABLE IMAP4rev2").state == b"OK"
    name = malik.in_new_mailbox(letters=2)
    lines = malik.ask(b"SELECT " + name).lines
    assert b"* OK [CLOSED] The other mailbox is closed." in lines
    assert b'* LIST () "/" ' + name in lines
    assert not [line for line in lines if b"RECENT" in line or b"UNSEEN" in line]
    assert malik.ask(b"SEARCH ALL").lines[0].endswith(b") ALL 1:2")
    assert malik.ask(b"STORE 1 FLAGS (\\Seen)").lines == [b"* 1 FETCH (UID 1 FLAGS (\\Seen))"]


def test_a_connection_can_be_deflated_to_its_last_word(malik: Client) -> None:
    malik.in_new_mailbox(letters=1)
    assert malik.ask(b"COMPRESS DEFLATE").state == b"OK"
    deflate, inflate = zlib.compressobj(wbits=-15), zlib.decompressobj(-15)

    def ask(command: bytes, until: bytes) -> bytes:
        malik.socket.sendall(deflate.compress(command + b"\r\n") + deflate.flush(zlib.Z_SYNC_FLUSH))
        told = b""
        while until not in told:
            received = malik.socket.recv(65536)
            assert received, told
            inflated = inflate.decompress(received)
            assert inflated, "an empty block is taken for an empty line by mbsync"
            told += inflated
        return told

    assert b"Bring the scores." in ask(b"b1 FETCH 1 BODY.PEEK[]", b"b1 OK")
    assert b"COMPRESSIONACTIVE" in ask(b"b2 COMPRESS DEFLATE", b"b2 NO")
    assert ask(b"b3 LOGOUT", b"b3 OK").startswith(b"* BYE")


def test_the_client_is_told_who_we_are(malik: Client) -> None:
    assert malik.ask(b'ID ("name" "mbsync")').lines[0].startswith(b'* ID ("name" "Mazot"')


def test_a_silent_store_keeps_back_what_one_can_reckon_and_not_what_others_changed(connect: Connect) -> None:
    one, other = connect(), connect()
    name = one.in_new_mailbox(letters=2)
    other.ask(b"SELECT " + name)
    assert one.ask(b"STORE 1 +FLAGS.SILENT (\\Flagged $mine)").lines == []
    other.ask(b"STORE 1 +FLAGS (\\Answered)")
    assert one.ask(b"STORE 1:2 +FLAGS.SILENT (\\Seen)").said(b" 1 FETCH") == [
        b"* 1 FETCH (FLAGS (\\Seen \\Answered \\Flagged $mine))"
    ]
    one.ask(b"ENABLE CONDSTORE")
    (told,) = one.ask(b"STORE 2 -FLAGS.SILENT (\\Seen)").lines
    assert told.startswith(b"* 2 FETCH (MODSEQ (")
