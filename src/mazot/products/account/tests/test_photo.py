# SPDX-License-Identifier: AGPL-3.0-or-later
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.products.account.product import ACCOUNT
from mazot.tenancy.actions.profile import set_phone, set_photo
from mazot.tenancy.models import Person

pytestmark = pytest.mark.django_db


def picture(width=800, height=400, kind="JPEG"):
    made = io.BytesIO()
    image = Image.new("RGB", (width, height), "#336699")
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    image.save(made, kind, exif=exif)
    return SimpleUploadedFile("me.jpg", made.getvalue(), content_type="image/jpeg")


def send(client, upload):
    return client.post("/account/photo", {"photo": upload})


def photo_of(person):
    return Person.objects.get(id=person.id).photo


def test_a_photo_is_kept_square_and_without_what_the_camera_wrote(signed_in, malik, people):
    send(signed_in(malik), picture())

    content = blobs().read(Person.objects.get(id=people.malik.id).photo_digest)
    assert Image.open(io.BytesIO(content)).size == (400, 400)
    assert b"CameraMaker" not in content


def test_a_photo_is_seen_in_ones_organizations_and_nowhere_else(signed_in, malik, adam, gaia, basil, otto, people):
    send(signed_in(malik), picture())
    address = photo_of(people.malik)

    answers = {key: signed_in(actor).get(address).status_code for key, actor in locals().items() if key in "adam gaia"}
    assert answers == {"adam": 200, "gaia": 200}
    assert signed_in(malik).get(address)["Cache-Control"].startswith("private")
    for stranger in (otto, basil):
        assert signed_in(stranger).get(address).status_code == 404


def test_the_number_of_another_content_is_no_photo(signed_in, otto, people):
    send(signed_in(otto), picture())
    secret = blobs().put(b"a file of the drive").digest

    assert signed_in(otto).get(f"/account/photo/{people.otto.id}/{secret}").status_code == 404
    assert signed_in(otto).get(f"/account/photo/{people.malik.id}/").status_code == 404


def test_a_photo_is_shown_where_the_initials_were_until_it_is_removed(signed_in, malik, people):
    client = signed_in(malik)
    send(client, picture())
    address = photo_of(people.malik)
    assert address in client.get("/account/profile").content.decode()

    client.post("/account/photo", {"remove": "1"})
    assert photo_of(people.malik) == ""
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 50, b"\xff\xd8\xff" + b"x" * 99]
)
def test_what_is_no_picture_is_refused_with_the_reason(signed_in, malik, people, content):
    answer = send(signed_in(malik), SimpleUploadedFile("me.jpg", content))

    assert answer.status_code == 422
    assert "photo-error" in answer.content.decode()
    assert photo_of(people.malik) == ""


def test_the_sweep_leaves_photos_alone(signed_in, malik, people, clock):
    send(signed_in(malik), picture())
    digest = Person.objects.get(id=people.malik.id).photo_digest
    clock.advance(timedelta(days=3))
    blobs().sweep(ACCOUNT.storage[0].digests_in_use())

    assert blobs().path_of(digest).exists()
    set_photo(malik, people.malik, digest="")
    blobs().sweep(ACCOUNT.storage[0].digests_in_use())
    assert not blobs().path_of(digest).exists()


def test_a_telephone_number_is_a_number(signed_in, malik, people):
    said = {"given_name": "M", "family_name": "D", "language": "en", "time_zone": "Europe/Zurich"}
    client = signed_in(malik)

    assert client.post("/account/profile", said | {"phone": "+41 27 123 45 67"}).status_code == 302
    assert Person.objects.get(id=people.malik.id).phone == "+41 27 123 45 67"
    assert client.post("/account/profile", said | {"phone": "<b>call me</b>"}).status_code == 422
    assert Person.objects.get(id=people.malik.id).phone == "+41 27 123 45 67"


def test_otto_changes_no_photo_and_no_number_of_others(otto, people):
    for deed in (
        lambda: set_photo(otto, people.malik, digest="0" * 64),
        lambda: set_phone(otto, people.malik, phone="1234"),
    ):
        with pytest.raises(NotFound):
            deed()
