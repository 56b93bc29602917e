# SPDX-License-Identifier: AGPL-3.0-or-later
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.dav import Malformed
from mazot.wire.dav.paths import MAX_DEPTH, destination_of, href_of, quoted, segments_of

HOSTS = frozenset({"files.example", "files.example:8000"})


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (b"", ()),
        (b"/", ()),
        (b"/a/b", ("a", "b")),
        (b"/a//b/", ("a", "b")),
        (b"/a%20b/%C3%A9t%C3%A9", ("a b", "été")),
        ("/été".encode(), ("été",)),
        (b"/100%25", ("100%",)),
        (b"/%2e%2e%2e", ("...",)),
        (b"/e%CC%81", ("e\u0301",)),
        (b"/%23%3F%26%3B", ("#?&;",)),
    ],
)
def test_a_path_is_split_before_it_is_decoded(raw, names):
    assert segments_of(raw) == names


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"/a/../b", '".."'),
        (b"/a/%2e%2e/b", '".."'),
        (b"/./b", '"."'),
        (b"/a%2fb", "slash"),
        (b"/a%2Fb", "slash"),
        (b"/..%2f..%2fetc", "slash"),
        (b"/a%00b", "NUL"),
        (b"/%ff", "UTF-8"),
        (b"/%c0%af", "UTF-8"),
        (b"/%ed%a0%80", "UTF-8"),
        (b"/caf\xe9", "UTF-8"),
        (b"/100%", "%"),
        (b"/%zz", "%"),
        (b"/%", "%"),
    ],
)
def test_a_dangerous_path_is_refused_with_its_reason(raw, says):
    with pytest.raises(Malformed, match=says) as refused:
        segments_of(raw)
    assert refused.value.status == 400


@pytest.mark.parametrize("raw", [b"/a" * 10_000, b"/a" * (MAX_DEPTH + 1), b"/" + b"a" * 20_000])
def test_a_path_beyond_all_measure_is_too_long(raw):
    with pytest.raises(Malformed) as refused:
        segments_of(raw)
    assert refused.value.status == 414


NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="/\0"), min_size=1).filter(
    lambda name: name not in (".", "..")
)


@given(st.lists(NAMES, min_size=1, max_size=5))
def test_every_name_comes_back_from_its_href(names):
    path = tuple(names)
    assert segments_of(href_of("/", path, is_collection=True).encode("ascii")) == path


@given(NAMES)
def test_an_href_needs_no_escaping_in_xml(name):
    assert not set(quoted(name)) & set("<>&\"'")


@given(NAMES)
def test_clients_that_encode_more_mean_the_same_name(name):
    assert segments_of(quote(name, safe="").encode()) == (name,)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (b"/dav/drive/x/a%20b", b"/dav/drive/x/a%20b"),
        (b"http://files.example/dav/b", b"/dav/b"),
        (b"HTTP://FILES.example:80/dav/b", b"/dav/b"),
        (b"https://files.example:443/dav/b", b"/dav/b"),
        (b"http://files.example:8000/dav/b?x=1", b"/dav/b"),
        (b"http://olive:secret@files.example/dav/b", b"/dav/b"),
        (b"http://files.example", b"/"),
    ],
)
def test_a_destination_is_a_path_or_an_address_of_ours(value, path):
    assert destination_of(value, hosts=HOSTS) == path


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (b"http://elsewhere.example/dav/b", 502),
        (b"http://files.example:9000/dav/b", 502),
        (b"//elsewhere.example/dav/b", 400),
        (b"ftp://files.example/b", 400),
        (b"b", 400),
        (b"", 400),
        (b"http://[::1/b", 400),
        (b"http://\xff/b", 400),
    ],
)
def test_a_destination_elsewhere_is_refused(value, status):
    with pytest.raises(Malformed) as refused:
        destination_of(value, hosts=HOSTS)
    assert refused.value.status == status
