# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program keeps its connection open; what its person may do is asked at every request all the same."""

import socket

import pytest

from tests.conversations.dav.talk import Client, Reply, reply_on
from tests.served import Served


def program(served: Served, person: dict[str, str], *, webdav: str = "") -> Client:
    served.people[person["login"]] = person | {"webdav": webdav or person["webdav"]}
    return Client(served, person["login"])


def on(line: socket.socket, client: Client, method: str, path: str, body: bytes = b"") -> Reply:
    """One more request on a connection that stays open."""
    headers = (("Content-Length", str(len(body))),) if method == "PUT" else ()
    line.sendall(client.head_of(method, client.path_of(path), headers) + body)
    return reply_on(line, method)


@pytest.mark.parametrize(("through", "how"), [("access", "access"), ("team", "team")])
def test_the_next_write_after_the_access_was_taken_is_refused_and_changes_nothing(served, through, how):
    olive = served.people["olive"]["login"]
    newcomer = program(served, served.change("newcomer", olive, through))
    with newcomer.connect() as line:
        assert on(line, newcomer, "PUT", "plan.txt", b"as long as I may").status == 201
        served.change("take_from", olive, newcomer.login, how)
        assert on(line, newcomer, "PUT", "plan.txt", b"no longer").status == 404
        assert on(line, newcomer, "PUT", "other.txt", b"no longer").status == 404
        assert on(line, newcomer, "GET", "plan.txt").status == 404
        served.change("take_from", olive, newcomer.login, "give_back")
        assert on(line, newcomer, "GET", "plan.txt").body == b"as long as I may"
        assert on(line, newcomer, "GET", "other.txt").status == 404


@pytest.mark.parametrize("how", ["block", "removal"])
def test_the_next_write_of_somebody_blocked_or_removed_is_refused(served, how):
    olive = served.people["olive"]["login"]
    newcomer = program(served, served.change("newcomer", olive, "access"))
    with newcomer.connect() as line:
        assert on(line, newcomer, "PUT", "plan.txt", b"as long as I may").status == 201
        served.change("take_from", olive, newcomer.login, how)
        assert on(line, newcomer, "PUT", "plan.txt", b"no longer").status == 404


def test_a_drive_that_moved_is_absent_for_those_it_left_and_open_to_those_it_came_to(served):
    """ORG-8: who was let in comes along with the files; who managed it, or reached it otherwise, does not."""
    people = served.people
    moved = served.change("another_drive", people["olive"]["login"], people["malik"]["login"])
    olive, malik, otto = (program(served, people[who], webdav=moved["webdav"]) for who in ("olive", "malik", "otto"))
    plan = moved["folder"] + "plan.txt"
    lines = {who: who.connect() for who in (olive, malik, otto)}
    try:
        assert on(lines[olive], olive, "PUT", plan, b"of Mimosa").status == 201
        assert on(lines[malik], malik, "PUT", "mine.txt", b"of Malik").status == 201
        assert on(lines[otto], otto, "GET", "").status == 404
        taker = program(served, served.change("move_drive", people["olive"]["login"], moved["id"]))

        for method, path in (("GET", ""), ("GET", plan), ("PUT", plan)):
            assert on(lines[olive], olive, method, path).status == 404
        assert program(served, people["adam"], webdav=moved["webdav"]).get().status == 404
        assert on(lines[otto], otto, "GET", plan).status == 404
        assert taker.get(plan).body == b"of Mimosa"
        assert taker.put(plan, b"of the third").status == 204
        assert on(lines[malik], malik, "GET", "mine.txt").body == b"of Malik"
    finally:
        for line in lines.values():
            line.close()
