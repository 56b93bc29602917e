# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pictures people upload of themselves and of their organization: decoded, made small and written anew as WebP.

Nothing of the sent bytes is kept. What a camera wrote beside the picture (place, device, thumbnail) goes, and so does
whatever a polyglot file carries behind it. An address that names the digest never changes its answer.
"""

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from django.http import HttpRequest
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from mazot.foundation.blobs import blobs
from mazot.foundation.delivery import Delivery, deliver_file
from mazot.foundation.errors import Invalid

FORMATS = ("PNG", "JPEG", "WEBP")  # what Pillow may even look at: its other readers are never reached
ACCEPTED = "image/png,image/jpeg,image/webp"  # for the `accept` of a file field
BYTES = 2 * 1024 * 1024
EDGE = 4096  # pixels
CONTENT_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew: WebP bytes and its size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """Whether it is a banner rather than a tile."""
        return self.width >= self.height * 1.4


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture that is on disk, for a row to name."""

    digest: str
    is_wide: bool


def keep_picture(upload: BinaryIO, *, field: str, longest: int = 512, square: bool = False) -> KeptPicture:
    """Make an upload anew and keep it as a blob; call it outside a transaction."""
    picture = made_anew(upload, field=field, longest=longest, square=square)
    return KeptPicture(blobs().put(picture.content).digest, picture.is_wide)


def made_anew(upload: BinaryIO, *, field: str, longest: int = 512, square: bool = False) -> Picture:
    """The picture of an upload, at most `longest` pixels a side, upright, cut to a square when asked.

    Raises Invalid when it is no PNG, JPEG or WebP, when it is too big, or when it cannot be read to its end.
    """
    content = upload.read(BYTES + 1)
    if len(content) > BYTES:
        sentence = _("A picture may have at most %(limit)d megabytes.") % {"limit": BYTES // 1024 // 1024}
        raise Invalid("too_long", sentence, field=field, limit=BYTES)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_edges(opened, field=field)
            return _written(_shrunk(opened, longest=longest, square=square))
    except Invalid:
        raise
    # Decoders meet hostile bytes here and fail in many ways; each means that this is no usable picture.
    except Exception as error:
        raise Invalid("no_picture", _("This file is no PNG, JPEG or WebP picture."), field=field) from error


def deliver_picture(request: HttpRequest, digest: str) -> Delivery:
    """Answer with a kept picture whose digest stands in the address, to be remembered by the browser."""
    response = deliver_file(request, digest, name="picture.webp", content_type=CONTENT_TYPE, inline=True)
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _check_edges(opened: Image.Image, *, field: str) -> None:
    # The size stands in the header, so a bomb is refused before a pixel of it is unpacked.
    if max(opened.size) > EDGE:
        sentence = _("A picture may have at most %(limit)d pixels a side; this one has %(length)d.")
        raise Invalid("too_long", sentence % {"limit": EDGE, "length": max(opened.size)}, field=field, limit=EDGE)


def _shrunk(opened: Image.Image, *, longest: int, square: bool) -> Image.Image:
    opened.draft("RGB", (longest, longest))  # a JPEG is unpacked no larger than needed
    opened.load()
    picture = ImageOps.exif_transpose(opened)
    picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if square:
        side = min(longest, *picture.size)
        return ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
    picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return picture


def _written(picture: Image.Image) -> Picture:
    written = io.BytesIO()
    # A fresh picture has no metadata to carry over; `exif` and `icc_profile` say so for good.
    picture.info.clear()
    picture.save(written, "WEBP", quality=88, method=4, exif=b"", icc_profile=b"")
    return Picture(written.getvalue(), *picture.size)
