# SPDX-License-Identifier: AGPL-3.0-or-later
"""COPY and MOVE: where to, over what, and where not."""

import pytest


@pytest.fixture
def furnished(malik):
    malik.put("a.txt", b"a")
    malik.put("b.txt", b"b")
    malik.ask("MKCOL", "c")
    malik.put("c/d.txt", b"d")
    malik.ask("MKCOL", "e")
    malik.put("e/f.txt", b"f")
    return malik


@pytest.mark.parametrize("method", ["COPY", "MOVE"])
@pytest.mark.parametrize(
    ("source", "target", "headers", "status"),
    [
        ("a.txt", "new.txt", {}, 201),
        ("a.txt", "new%20%C3%A9.txt", {}, 201),
        ("a.txt", "b.txt", {}, 204),
        ("a.txt", "b.txt", {"Overwrite": "T"}, 204),
        ("a.txt", "b.txt", {"Overwrite": "F"}, 412),
        ("a.txt", "new.txt", {"Overwrite": "F"}, 201),
        ("c", "new", {}, 201),
        ("c/", "new/", {"Depth": "infinity"}, 201),
        ("c/", "e/", {}, 204),
        ("a.txt", "no/such.txt", {}, 409),
        ("nothing.txt", "new.txt", {}, 404),
        ("a.txt", "a.txt", {}, 403),
        ("c/", "c/inside/", {}, 403),
        ("c/d.txt", "c", {}, 403),
        ("a.txt", "new.txt", {"Overwrite": "X"}, 400),
        ("c/", "new/", {"Depth": "1"}, 400),
        ("a.txt", "new.txt", {"If-Match": '"x"'}, 412),
    ],
)
def test_copy_and_move(furnished, method, source, target, headers, status):
    before = furnished.names()
    answer = furnished.ask(method, source, {"Destination": furnished.url_of(target), **headers})

    assert answer.status == status, answer.body
    if status >= 400:
        assert furnished.names() == before
    elif not source.startswith("c"):
        assert furnished.get(target).body == b"a"
        assert (furnished.get(source).status == 404) is (method == "MOVE")


def test_a_folder_replaces_another_and_never_mixes_with_it(furnished):
    furnished.ask("COPY", "c/", {"Destination": furnished.url_of("e/")})

    assert furnished.names("e/") == ["d.txt"]


def test_a_shallow_copy_is_the_folder_alone(furnished):
    assert furnished.ask("COPY", "c/", {"Destination": furnished.url_of("g/"), "Depth": "0"}).status == 201
    assert furnished.names("g/") == []
    assert furnished.names("c/") == ["d.txt"]


def test_destinations(furnished):
    path = furnished.path_of("new.txt").decode()
    tree = furnished.mount.split("/")[3]
    for value, status in (
        (None, 400),
        ("http://elsewhere.example" + path, 502),
        (path.replace(tree, tree[::-1]), 502),
        ("/drive/", 502),
        ("new.txt", 400),
        (furnished.root + "../x.txt", 400),
        (furnished.root + "a%2Fb.txt", 400),
        (path, 201),
    ):
        assert furnished.ask("COPY", "a.txt", {"Destination": value}).status == status, value


def test_the_top_of_the_tree_stays(furnished):
    assert furnished.ask("MOVE", furnished.mount, {"Destination": furnished.url_of("x/")}).status == 403
    assert furnished.ask("MOVE", "a.txt", {"Destination": furnished.mount}).status in (403, 405)
