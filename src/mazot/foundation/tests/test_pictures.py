# SPDX-License-Identifier: AGPL-3.0-or-later
import io
import struct
import zlib

import pytest
from PIL import Image

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Invalid
from mazot.foundation.pictures import deliver_picture, keep_picture, made_anew


def file_of(picture: Image.Image, kind: str, **details) -> io.BytesIO:
    written = io.BytesIO()
    picture.save(written, kind, **details)
    written.seek(0)
    return written


def read(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "I;16"), ("JPEG", "CMYK"), ("WEBP", "RGB")]
)
def test_each_kind_becomes_a_small_webp(kind, mode):
    made = made_anew(file_of(Image.new(mode, (1200, 600)), kind), field="logo", longest=400)
    assert (made.width, made.height, made.is_wide) == (400, 200, True)
    assert read(made.content).format == "WEBP"


def test_what_the_camera_wrote_beside_the_picture_is_gone_and_its_turning_is_done():
    camera = Image.Exif()
    camera[0x0112] = 6  # held upright
    camera[0x010F] = "A camera of Lausanne"
    sent = file_of(Image.new("RGB", (300, 100), "red"), "JPEG", exif=camera)
    made = made_anew(sent, field="photo")
    assert (made.width, made.height) == (100, 300)
    assert b"Lausanne" not in made.content
    assert not dict(read(made.content).getexif())


def test_a_square_is_cut_from_the_middle():
    made = made_anew(file_of(Image.new("RGB", (300, 100)), "PNG"), field="photo", longest=64, square=True)
    assert (made.width, made.height, made.is_wide) == (64, 64, False)


def test_transparency_stays():
    made = made_anew(file_of(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"), field="logo")
    assert read(made.content).convert("RGBA").getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"GIF89a" + b"\0" * 40,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(Invalid) as refused:
        made_anew(io.BytesIO(content), field="logo")
    assert refused.value.reason == "no_picture"
    assert refused.value.facts["field"] == "logo"


def test_a_torn_picture_is_refused():
    whole = file_of(Image.effect_noise((300, 300), 90).convert("RGB"), "PNG").getvalue()
    with pytest.raises(Invalid):
        made_anew(io.BytesIO(whole[: len(whole) // 2]), field="logo")


def test_a_bomb_is_refused_by_its_header_alone():
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")
    with pytest.raises(Invalid):
        made_anew(io.BytesIO(bomb), field="logo")


def test_more_than_4096_pixels_and_more_than_two_megabytes_are_refused():
    with pytest.raises(Invalid) as refused:
        made_anew(file_of(Image.new("1", (4097, 2)), "PNG"), field="logo")
    assert refused.value.facts["limit"] == 4096
    with pytest.raises(Invalid) as refused:
        made_anew(io.BytesIO(b"\x89PNG" + b"\0" * 2 * 1024 * 1024), field="logo")
    assert refused.value.facts["limit"] == 2 * 1024 * 1024


def test_what_hangs_behind_a_picture_is_not_kept(settings, rf):
    sent = io.BytesIO(file_of(Image.new("RGB", (30, 30)), "PNG").getvalue() + b"PK\x03\x04<script>alert(1)</script>")
    kept = keep_picture(sent, field="logo")
    assert b"script" not in blobs().read(kept.digest)
    answer = deliver_picture(rf.get("/"), kept.digest)
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert "sandbox" in answer["Content-Security-Policy"]
