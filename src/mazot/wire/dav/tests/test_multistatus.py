# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mazot.wire.dav.answers import active_lock, error_body, lock_body
from mazot.wire.dav.bodies import ALL, DAV, Plan
from mazot.wire.dav.multistatus import Row, Surroundings, changed_properties, failed_members, listing

D = "{DAV:}"
FILE = Row("/dav/a%20b.txt", "a b.txt", False, 12, "text/plain", "v1", 784111777, 784111777)
FOLDER = Row("/dav/c/", "c", True, 0, "", "", 784111777, 784111777)


LIMITED = Surroundings("/p/", "100", "7")


def tree_of(plan, *rows, around=LIMITED):
    return etree.fromstring(b"".join(listing(plan, rows, around)))


def properties(response):
    """Status -> {name: element} of one response."""
    return {
        propstat.findtext(f"{D}status").split()[1]: {child.tag: child for child in propstat.find(f"{D}prop")}
        for propstat in response.findall(f"{D}propstat")
    }


def asked(*names):
    return Plan("prop", tuple((DAV, name) for name in names))


def test_a_file_shows_what_it_is_asked():
    (response,) = tree_of(asked("getetag", "getcontentlength", "resourcetype", "getlastmodified", "creationdate"), FILE)
    shown = properties(response)["200"]

    assert response.findtext(f"{D}href") == "/dav/a%20b.txt"
    assert {name.removeprefix(D): element.text for name, element in shown.items()} == {
        "getetag": '"v1"',
        "getcontentlength": "12",
        "resourcetype": None,
        "getlastmodified": "Sun, 06 Nov 1994 08:49:37 GMT",
        "creationdate": "1994-11-06T08:49:37Z",
    }


def test_what_a_resource_does_not_have_is_not_found():
    plan = Plan(
        "prop", ((DAV, "getcontentlength"), (DAV, "resourcetype"), ("urn:x", "y"), ("", "plain"), (DAV, "nonsense"))
    )
    (response,) = tree_of(plan, FOLDER)
    shown = properties(response)

    assert shown["200"].keys() == {f"{D}resourcetype"}
    assert shown["200"][f"{D}resourcetype"][0].tag == f"{D}collection"
    assert shown["404"].keys() == {f"{D}getcontentlength", "{urn:x}y", "plain", f"{D}nonsense"}


def test_an_entry_of_allprop_stays_below_what_windows_can_read():
    # Windows shows an empty folder above 1,000,000 bytes: 1,000 names of 60 letters must fit by far.
    row = Row(
        "/dav/drive/0192f0c0-0000-7000-8000-000000000000/" + "n" * 60,
        "n" * 60,
        False,
        10**9,
        "text/plain",
        "f" * 32,
        1,
        1,
    )

    assert len(b"".join(listing(ALL, [row] * 1000, Surroundings()))) < 700_000


def test_allprop_shows_dead_properties_and_no_quota():
    row = Row(FILE.href, *[getattr(FILE, n) for n in ("name", "is_collection", "size", "kind", "tag", "modified", "created")],
              dead={("urn:x", "y"): '<y xmlns="urn:x">100 % &amp; more</y>'})  # fmt: skip
    (response,) = tree_of(ALL, row)
    shown = properties(response)

    assert shown["200"]["{urn:x}y"].text == "100 % & more"
    assert f"{D}quota-used-bytes" not in shown["200"]
    assert f"{D}supportedlock" not in shown["200"]
    assert "404" not in shown


def test_propname_shows_names_without_values():
    row = Row(FILE.href, "a", False, 1, "a/b", "t", 1, 1, dead={("urn:x", "y"): '<y xmlns="urn:x">v</y>'})
    (response,) = tree_of(Plan("propname"), row)
    shown = properties(response)["200"]

    assert {f"{D}getetag", f"{D}supportedlock", f"{D}lockdiscovery", "{urn:x}y"} <= shown.keys()
    assert not any(element.text for element in shown.values())


def test_quota_is_there_where_it_can_be_told():
    names = ("quota-used-bytes", "quota-available-bytes")
    (limited,) = tree_of(asked(*names), FOLDER)
    (unlimited,) = tree_of(asked(*names), FOLDER, around=Surroundings(used="7"))
    (file,) = tree_of(asked(*names), FILE)

    assert [e.text for e in properties(limited)["200"].values()] == ["7", "100"]
    assert properties(unlimited)["404"].keys() == {f"{D}quota-available-bytes"}
    assert "200" not in properties(file)


def test_asking_for_nothing_still_gives_a_propstat():
    (response,) = tree_of(Plan("prop"), FILE)

    assert properties(response) == {"200": {}}


@given(st.text(), st.text(max_size=30))
def test_no_name_makes_a_listing_unreadable(name, kind):
    (response,) = tree_of(ALL, Row("/x", name, False, 1, kind, "t", 1, 1))

    assert properties(response)["200"].keys() >= {f"{D}displayname"}


@given(st.text("abc:/?&='~"), st.text("abcxyz", min_size=1))
def test_any_namespace_can_be_named_as_missing(space, local):
    space = f"urn:{space}"
    (response,) = tree_of(Plan("prop", ((space, local),)), FILE)

    assert f"{{{space}}}{local}" in properties(response)["404"]


def test_a_long_listing_comes_in_pieces():
    pieces = list(listing(ALL, [FILE] * 2500, Surroundings()))

    assert len(pieces) == 3
    assert len(etree.fromstring(b"".join(pieces))) == 2500


def test_a_lock_tells_its_root_owner_and_time():
    lock = active_lock(
        token="urn:uuid:1",
        root="/dav/a&b",
        is_exclusive=True,
        is_infinite=False,
        owner_xml='<o xmlns="urn:o">me</o>',
        seconds=60,
    )
    active = etree.fromstring(lock_body(lock))[0][0]

    assert active.findtext(f"{D}timeout") == "Second-60"
    assert active.findtext(f"{D}depth") == "0"
    assert active.find(f"{D}lockroot/{D}href").text == "/dav/a&b"
    assert active.findtext("{urn:o}o") == "me"


def test_an_error_is_for_programs_and_for_people():
    error = etree.fromstring(error_body("Locked <here>.", condition="lock-token-submitted", hrefs=("/a&b",)))

    assert error.find(f"{D}lock-token-submitted/{D}href").text == "/a&b"
    assert error.findtext("{urn:mazot:dav}message") == "Locked <here>."


def test_proppatch_answers_by_status():
    body = etree.fromstring(
        changed_properties(
            "/a", [((DAV, "getetag"), 403, "cannot-modify-protected-property"), (("urn:x", "y"), 424, "")]
        )
    )
    statuses = [p.findtext(f"{D}status") for p in body.iter(f"{D}propstat")]

    assert statuses == ["HTTP/1.1 403 Forbidden", "HTTP/1.1 424 Failed Dependency"]
    assert body.find(f".//{D}cannot-modify-protected-property") is not None


@pytest.mark.parametrize("status", [403, 423])
def test_members_that_stand_in_the_way_are_named(status):
    body = etree.fromstring(failed_members([("/a/b", status, "")]))

    assert body.findtext(f"{D}response/{D}href") == "/a/b"
    assert str(status) in body.findtext(f"{D}response/{D}status")
