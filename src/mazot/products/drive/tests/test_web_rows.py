# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.blobs import blobs
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.files import put_file

pytestmark = pytest.mark.django_db

EVIL = "\"><script>alert('1')</script>&amp;{name}%(name)s.txt"


def test_a_name_is_text_in_every_place_of_its_row(signed_in, malik, drive):
    folder = open_own_folder(malik, drive).root
    put_file(malik, folder, name=EVIL.replace("/", "∕"), blob=blobs().put(b"x"))

    page = signed_in(malik).get(f"/drive/folder/{folder.id}").content.decode()

    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(&#x27;1&#x27;)") == 4  # the row, its link and two labels
    assert "{name}%(name)s.txt" in page


def test_a_row_leads_back_to_its_folder_also_when_it_came_later(signed_in, malik, drive):
    folder = open_own_folder(malik, drive).root
    put_file(malik, folder, name="a.txt", blob=blobs().put(b"x"))

    rows = signed_in(malik).get(f"/drive/folder/{folder.id}/rows").content.decode()

    assert f"?next=%2Fdrive%2Ffolder%2F{folder.id}" in rows
