# SPDX-License-Identifier: AGPL-3.0-or-later
"""PROPFIND and PROPPATCH as clients use them."""

import pytest

from tests.conversations.dav.talk import Client, D

HARD_NAMES = [
    "plain.txt",
    "a b.txt",
    "100%.txt",
    "é.txt",
    "e\u0301-nfd.txt",
    "#1?.txt",
    "&<>'.txt",
    "日本.txt",
    "🎻.txt",
    "+;=@,!.txt",
]


def quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


def test_a_folder_lists_itself_and_its_members_once(malik):
    malik.put("a.txt", b"12345")
    malik.ask("MKCOL", "inner")
    malik.put("inner/deep.txt")
    answer = malik.find("", "getcontentlength", "resourcetype", depth="1")

    assert answer.status == 207
    assert sorted(answer.hrefs) == sorted([malik.root, malik.root + "a.txt", malik.root + "inner/"])
    assert malik.find("", "resourcetype", depth="0").hrefs == [malik.root]
    assert malik.find("a.txt", "getcontentlength", depth="1").found("getcontentlength").text == "5"


def test_hard_names_come_back_as_they_went(malik):
    for name in HARD_NAMES:
        assert malik.put(quoted(name), name).status == 201, name
    hrefs = malik.names()

    assert len(hrefs) == len(HARD_NAMES)
    for href in hrefs:
        assert malik.get(href).status == 200
    shown = {e.text for e in malik.find("", "displayname", depth="1").xml.iter(f"{D}displayname")}
    assert {"100%.txt", "&<>'.txt", "#1?.txt"} <= shown


def test_a_name_is_found_composed_and_decomposed(malik):
    assert malik.put(quoted("caf\u00e9.txt"), b"1").status == 201
    assert malik.put(quoted("cafe\u0301.txt"), b"2").status == 204
    assert malik.get(quoted("caf\u00e9.txt")).body == b"2"


def test_a_whole_tree_is_not_listed_at_once(malik):
    for headers in ({"Depth": "infinity"}, {}):
        answer = malik.ask("PROPFIND", "", headers)
        assert answer.status == 403
        assert answer.xml.find(f"{D}propfind-finite-depth") is not None
    assert malik.ask("PROPFIND", "", {"Depth": "2"}).status == 400


def test_what_was_put_is_listed_by_the_next_request(malik):
    first = malik.put("a.txt", b"1").etag
    second = malik.put("a.txt", b"1").etag

    assert first != second, "the same bytes written again are another state"
    assert malik.find("a.txt", "getetag").found("getetag").text == second


def test_quota_is_told_for_folders(served):
    otto = Client(served, "otto").in_new_folder()
    otto.put("a.txt", b"12345")
    unlimited = otto.find("", "quota-used-bytes", "quota-available-bytes")
    served.change("room", otto.login, "100000")
    limited = otto.find("", "quota-used-bytes", "quota-available-bytes")
    served.change("room", otto.login, "none")

    assert int(limited.found("quota-used-bytes").text) >= 5
    assert limited.found("quota-available-bytes").text == "100000"
    statuses = [p.findtext(f"{D}status") for p in unlimited.xml.iter(f"{D}propstat")]
    assert statuses == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"]


def test_allprop_of_a_thousand_names_is_small_enough_for_windows(malik):
    malik.put("x" * 40 + ".txt", b"1")
    one = len(malik.find("", depth="1").body) - len(malik.find("", depth="0").body)

    assert one < 900  # FileAttributesLimitInBytes is 1,000,000 for a whole listing


def test_a_folder_of_thousands_comes_in_pieces(served):
    served.change("many_files", served.people["gaia"]["login"], "5200")
    gaia = Client(served, "gaia")
    answer = gaia.find("many/", "getetag", "displayname", depth="1")

    assert answer.status == 207
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(set(answer.hrefs)) == 5201


WORDS = '<z:mood xmlns:z="urn:z" z:deep="1"> <z:inner>é &amp; </z:inner><![CDATA[<raw>]]></z:mood>'


def test_dead_properties_are_kept_moved_copied_and_dropped(malik):
    malik.put("a.txt")
    update = f'<propertyupdate xmlns="DAV:"><set><prop>{WORDS}</prop></set></propertyupdate>'
    answer = malik.ask("PROPPATCH", "a.txt", {}, update)
    assert (answer.status, answer.found("status").text) == (207, "HTTP/1.1 200 OK")

    malik.ask("MOVE", "a.txt", {"Destination": malik.url_of("b.txt")})
    malik.ask("COPY", "b.txt", {"Destination": malik.url_of("c.txt")})
    for name in ("b.txt", "c.txt"):
        kept = next(malik.find(name).xml.iter("{urn:z}mood"))
        assert kept.get("{urn:z}deep") == "1"
        assert kept.find("{urn:z}inner").text == "é & "
        assert kept.find("{urn:z}inner").tail == "<raw>"
    drop = '<propertyupdate xmlns="DAV:"><remove><prop><mood xmlns="urn:z"/></prop></remove></propertyupdate>'
    assert malik.ask("PROPPATCH", "b.txt", {}, drop).status == 207
    assert list(malik.find("b.txt").xml.iter("{urn:z}mood")) == []
    assert list(malik.find("c.txt").xml.iter("{urn:z}mood")) != []


def test_proppatch_does_all_or_nothing(malik):
    malik.put("a.txt")
    update = (
        '<propertyupdate xmlns="DAV:" xmlns:z="urn:z"><set><prop><z:kept>1</z:kept><getetag>mine</getetag></prop></set>'
        "</propertyupdate>"
    )
    answer = malik.ask("PROPPATCH", "a.txt", {}, update)

    statuses = {p.findtext(f"{D}status") for p in answer.xml.iter(f"{D}propstat")}
    assert statuses == {"HTTP/1.1 403 Forbidden", "HTTP/1.1 424 Failed Dependency"}
    assert answer.found("cannot-modify-protected-property") is not None
    assert list(malik.find("a.txt").xml.iter("{urn:z}kept")) == []


def test_windows_sets_its_times_and_attributes(malik):
    malik.put("a.txt")
    update = (
        '<D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop>'
        "<Z:Win32CreationTime>Sun, 06 Nov 1994 08:49:37 GMT</Z:Win32CreationTime>"
        "<Z:Win32LastAccessTime>Sun, 06 Nov 1994 08:49:37 GMT</Z:Win32LastAccessTime>"
        "<Z:Win32LastModifiedTime>Sun, 06 Nov 1994 08:49:37 GMT</Z:Win32LastModifiedTime>"
        "<Z:Win32FileAttributes>00000020</Z:Win32FileAttributes></D:prop></D:set></D:propertyupdate>"
    )
    answer = malik.ask("PROPPATCH", "a.txt", {}, update)

    assert {p.findtext(f"{D}status") for p in answer.xml.iter(f"{D}propstat")} == {"HTTP/1.1 200 OK"}
    assert malik.get("a.txt").headers["last-modified"] == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert next(malik.find("a.txt").xml.iter("{urn:schemas-microsoft-com:}Win32FileAttributes")).text == "00000020"


@pytest.mark.parametrize("body", [b"rubbish", b"<x/>", b"<propertyupdate xmlns='DAV:'/>"])
def test_a_proppatch_that_cannot_be_read_is_refused(malik, body):
    malik.put("a.txt")
    assert malik.ask("PROPPATCH", "a.txt", {}, body).status == 400
