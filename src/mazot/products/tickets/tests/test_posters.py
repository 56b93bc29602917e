# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures of events in the shop, and questions in the reader's language."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from mazot.foundation.blobs import blobs
from mazot.products.tickets.actions.events import set_event
from mazot.products.tickets.actions.forms import make_form
from mazot.products.tickets.models import Event
from mazot.products.tickets.tests.furnishing import an_open_shop
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def a_photograph() -> bytes:
    written, drawn = io.BytesIO(), Image.new("RGB", (2000, 900), "navy")
    exif = drawn.getexif()
    exif[0x010E] = "taken at home"
    drawn.save(written, "JPEG", exif=exif)
    return written.getvalue()


def upload(browser: Client, event: Event, content: bytes, name: str = "poster.jpg") -> None:
    browser.post(reverse("tickets:event-picture", args=[event.id]), {"picture": SimpleUploadedFile(name, content)})
    event.refresh_from_db()


def test_a_poster_is_made_anew_and_shown_in_the_programme_and_on_its_page(
    cast: Cast, client: Client, signed_in: Any
) -> None:
    shop, price = an_open_shop(cast)
    event = price.zone.performance.event
    upload(signed_in(cast.adam), event, a_photograph())
    address = reverse("shop-poster", args=[shop.slug, event.slug, event.picture])
    for page in (reverse("shop", args=[shop.slug]), reverse("shop-event", args=[shop.slug, event.slug])):
        assert address in client.get(page).content.decode()
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    content = blobs().path_of(event.picture).read_bytes()
    with Image.open(io.BytesIO(content)) as shown:
        assert (shown.format, max(shown.size), dict(shown.getexif())) == ("WEBP", 1600, {})
    assert b"taken at home" not in content


def test_what_is_no_picture_is_not_kept(cast: Cast, signed_in: Any) -> None:
    _shop, price = an_open_shop(cast)
    event = price.zone.performance.event
    for name, content in (
        ("poster.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("poster.jpg", b"<html>"),
        ("poster.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64),
    ):
        upload(signed_in(cast.adam), event, content, name)
        assert event.picture == ""


def test_a_poster_is_shown_to_nobody_who_does_not_see_its_event(cast: Cast, client: Client, signed_in: Any) -> None:
    shop, price = an_open_shop(cast)
    event = price.zone.performance.event
    upload(signed_in(cast.adam), event, a_photograph())
    address = reverse("shop-poster", args=[shop.slug, event.slug, event.picture])
    assert client.get(address.replace(event.picture, "0" * 64)).status_code == 404
    set_event(cast.olive, event, online="hidden")
    assert client.get(address).status_code == 404


def test_questions_are_asked_in_the_language_of_the_reader(cast: Cast, client: Client) -> None:
    shop, price = an_open_shop(cast)
    asked = {"label": "Your age", "labels": {"fr": "Votre âge"}, "kind": "number", "state": "required"}
    event = price.zone.performance.event
    set_event(cast.olive, event, form=make_form(cast.olive, shop, name="Age", scope="order", questions=[asked]))
    client.post(reverse("shop-choose", args=[shop.slug, event.slug]), {f"count-{price.id}": "1"})
    checkout = reverse("shop-checkout", args=[shop.slug])
    for language, told in (("fr", "Votre âge"), ("en", "Your age"), ("de", "Your age")):
        assert told in client.get(checkout, headers={"accept-language": language}).content.decode()
