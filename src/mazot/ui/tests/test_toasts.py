# SPDX-License-Identifier: AGPL-3.0-or-later
import json

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory

from mazot.ui.toasts import done, toast, toast_later, trigger


def test_a_toast_stands_beside_the_facts_an_answer_already_names() -> None:
    response = HttpResponse(headers={"HX-Trigger": "drive:changed, drive:counted"})
    toast(response, "2 files are in the trash.", undo="/drive/undo/1")
    assert json.loads(response.headers["HX-Trigger"]) == {
        "drive:changed": {},
        "drive:counted": {},
        "mazot:toast": {"text": "2 files are in the trash.", "undo": "/drive/undo/1", "kind": "done"},
    }


def test_facts_are_added_one_to_another() -> None:
    response = trigger(trigger(HttpResponse(), "drive:changed", {"folder": "7"}), "drive:counted")
    assert json.loads(response.headers["HX-Trigger"]) == {"drive:changed": {"folder": "7"}, "drive:counted": {}}


@pytest.mark.parametrize("text", ["Élodie's “file” 🎻", "a\r\nSet-Cookie: x=1"])
def test_no_name_of_a_file_breaks_the_header(text: str) -> None:
    written = toast(HttpResponse(), text).headers["HX-Trigger"]
    assert written.isascii()
    assert "\n" not in written
    assert json.loads(written)["mazot:toast"]["text"] == text


def test_a_toast_for_the_next_page_keeps_its_undo() -> None:
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)
    toast_later(request, "The folder <b>Cordes</b> is in the trash.", undo="/drive/undo/1")
    html = render_to_string("ui/toasts.html", {"messages": get_messages(request)}, RequestFactory().get("/"))
    assert 'hx-post="/drive/undo/1"' in html
    assert "&lt;b&gt;Cordes" in html


def test_a_deed_answers_htmx_with_the_fact_and_a_plain_form_with_the_page() -> None:
    by_htmx = done(
        RequestFactory().post("/", headers={"HX-Request": "true"}), "Moved.", back="/drive/", fact="drive:changed"
    )
    assert by_htmx.status_code == 204
    assert json.loads(by_htmx.headers["HX-Trigger"]).keys() == {"drive:changed", "mazot:toast"}
    plain = RequestFactory().post("/")
    plain._messages = CookieStorage(plain)
    assert done(plain, "Moved.", back="/drive/").headers["Location"] == "/drive/"
    assert [str(message) for message in get_messages(plain)] == ["Moved."]
