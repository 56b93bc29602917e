# SPDX-License-Identifier: AGPL-3.0-or-later
import base64
import contextlib
import hashlib
import hmac
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail

from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.outbox import hear_all
from mazot.foundation.outward import is_public, post
from mazot.suite.webhooks import AGAIN_AFTER, deliver
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actions.webhooks import add_webhook, end_webhook, send_again, test_webhook
from mazot.tenancy.models import WebhookDelivery


class Receiver(BaseHTTPRequestHandler):
    """The other side; the server's `status` says what it answers."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(b"x" * self.server.size)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def receiver(settings) -> Iterator[HTTPServer]:
    settings.MAZOT = replace(settings.MAZOT, private_webhooks=True)
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    server.seen, server.status, server.size = [], 200, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def url_of(server: HTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}/hook"


def test_a_fact_reaches_the_address_signed_and_without_names(cast, receiver):
    _webhook, secret = add_webhook(cast.olive, cast.mimosa, url=url_of(receiver), facts=["tenancy.TeamMade"])
    make_team(cast.adam, cast.mimosa, name="Secret strings")
    hear_all()
    letter = WebhookDelivery.objects.get()
    deliver(str(letter.id))
    headers, body = receiver.seen[0]
    said = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), said, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    assert b"Secret strings" not in body
    deliver(str(letter.id))
    assert len(receiver.seen) == 1


def test_an_address_that_takes_nothing_is_tried_for_a_day_and_then_shown_failing(cast, receiver):
    webhook, _secret = add_webhook(cast.olive, cast.mimosa, url=url_of(receiver))
    receiver.status = 500
    letter = test_webhook(cast.olive, webhook)
    for _ in range(len(AGAIN_AFTER) + 3):
        deliver(str(letter.id))
    letter.refresh_from_db()
    webhook.refresh_from_db()
    assert (letter.attempts, letter.status) == (len(AGAIN_AFTER) + 1, 500)
    assert letter.given_up_at
    assert webhook.failing_since
    receiver.status = 200
    deliver(str(send_again(cast.olive, webhook, delivery=letter).id))
    letter.refresh_from_db()
    webhook.refresh_from_db()
    assert letter.delivered_at
    assert webhook.failing_since is None


def test_those_who_manage_hear_once_in_their_language_that_an_address_takes_nothing(cast, receiver):
    cast.people.adam.language = "fr"
    cast.people.adam.save(update_fields=["language"])
    webhook, _secret = add_webhook(cast.olive, cast.mimosa, url=f"{url_of(receiver)}?key=hush")
    first, second = (test_webhook(cast.olive, webhook) for _ in range(2))
    hear_all()
    mail.outbox.clear()
    receiver.status = 503
    for letter in (first, second):
        for _ in AGAIN_AFTER:
            deliver(str(letter.id))
    hear_all()
    assert mail.outbox == []  # there is one try left
    for letter in (first, second):
        deliver(str(letter.id))
    hear_all()
    told = {letter.to[0]: letter for letter in mail.outbox}
    assert len(mail.outbox) == 2
    assert set(told) == {cast.people.olive.login, cast.people.adam.login}
    read = told[cast.people.olive.login]
    for part in ("127.0.0.1", "503", f"/{webhook.id}"):
        assert part in read.body
    assert "hush" not in read.body
    assert read.subject != told[cast.people.adam.login].subject
    receiver.status = 200
    deliver(str(send_again(cast.olive, webhook, delivery=first).id))
    receiver.status = 503
    again = send_again(cast.olive, webhook, delivery=second)
    for _ in range(len(AGAIN_AFTER) + 1):
        deliver(str(again.id))
    hear_all()
    assert len(mail.outbox) == 4  # once more for a new time of failing


def test_an_address_that_is_ended_before_the_notice_is_none(cast, receiver):
    webhook, _secret = add_webhook(cast.olive, cast.mimosa, url=url_of(receiver))
    letter = test_webhook(cast.olive, webhook)
    hear_all()
    mail.outbox.clear()
    receiver.status = 500
    for _ in range(len(AGAIN_AFTER) + 1):
        deliver(str(letter.id))
    end_webhook(cast.olive, webhook)
    hear_all()
    assert mail.outbox == []


@pytest.mark.parametrize("said", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"])
def test_an_answer_that_trickles_in_takes_no_more_time_than_another(said):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            other, _address = server.accept()
            with other, contextlib.suppress(OSError):
                other.sendall(said)
                for _ in range(40):
                    time.sleep(0.1)
                    other.sendall(b"x")

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        begun = time.monotonic()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/hook"
        answer = post(url, b"{}", {}, allow_private=True, within=0.5)
        assert (answer.status, answer.reason) == (0, "no answer in time")
        assert time.monotonic() - begun < 2
        thread.join(5)


def test_no_redirect_is_followed_and_a_long_answer_is_not_read(receiver):
    receiver.status = 302
    assert post(url_of(receiver), b"{}", {}, allow_private=True).status == 302
    assert len(receiver.seen) == 1
    receiver.status, receiver.size = 200, 200_000
    assert not post(url_of(receiver), b"{}", {}, allow_private=True).is_taken


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest",
        "http://localhost/",
        "ftp://example.org/",
        "https://user:word@example.org/",
        "file:///etc/passwd",
    ],
)
def test_an_address_inside_the_house_is_refused(cast, url):
    with pytest.raises(Invalid):
        add_webhook(cast.olive, cast.mimosa, url=url)


def test_a_name_that_leads_inside_is_refused_when_connecting(receiver, monkeypatch):
    import socket

    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.server_port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: inside)
    answer = post("http://rebound.example/", b"{}", {}, allow_private=False)
    assert answer.status == 0
    assert not receiver.seen


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "::127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "fec0::1", "ff02::1"],
)
def test_no_wrapped_or_local_address_of_the_sixth_version_is_public(address):
    assert not is_public(address)
    assert is_public("2606:4700:4700::1111")


def test_otto_touches_no_webhook_of_mimosa(cast, receiver):
    webhook, _secret = add_webhook(cast.olive, cast.mimosa, url=url_of(receiver))
    letter = test_webhook(cast.olive, webhook)
    with pytest.raises(NotFound):
        add_webhook(cast.otto, cast.mimosa, url="https://example.org/")
    with pytest.raises(NotFound):
        send_again(cast.otto, webhook, delivery=letter)
    for deed in (end_webhook, test_webhook):
        with pytest.raises(NotFound):
            deed(cast.otto, webhook)
    end_webhook(cast.olive, webhook)
    deliver(str(letter.id))
    assert not receiver.seen
