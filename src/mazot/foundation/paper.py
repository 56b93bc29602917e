# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents to print: a typst template and plain data make a PDF.

What people wrote reaches a template as data alone (JSON in `sys.inputs.data`) and never as its source, so nothing in it
is run. The compiler and its fonts are made once in each process: after the first document one costs some milliseconds.
"""

import base64
import functools
import io
import json
import threading
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from mazot.foundation.blobs import blobs
from mazot.foundation.text import TURNING

if TYPE_CHECKING:
    import typst

CONTENT_TYPE = "application/pdf"
FONTS = Path(__file__).parent / "fonts"  # Inter and Instrument Serif, as in the interface; what they lack, others have

_one_at_a_time = threading.Lock()


def printed(template: Path, data: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of a template and its data; `at` is the moment it says it was made, so equal data gives equal bytes."""
    told = {"data": json.dumps(_harmless(data), ensure_ascii=False)}
    with _one_at_a_time:
        made = _compiler().compile(
            template, root=template.parent, format="pdf", sys_inputs=told, timestamp=int(at.timestamp())
        )
    if not isinstance(made, bytes):
        raise TypeError("a document is one file")
    return made


@functools.lru_cache(maxsize=64)
def picture_of(digest: str, width: int, height: int) -> str:
    """A kept picture, cut to the shape of a box and as big as paper needs, as an SVG; empty when it is gone."""
    try:
        with Image.open(blobs().path_of(digest), formats=("WEBP", "PNG", "JPEG")) as opened:
            return _as_svg(_fitted(opened, width, height))
    except FileNotFoundError:
        return ""


@functools.cache
def _compiler() -> "typst.Compiler":
    import typst  # here: two megabytes in each process, of which few ever print

    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=True, font_paths=[str(FONTS)]))


def _harmless(value: Any) -> Any:
    """The same without control letters and without those that turn the direction of what stands beside them."""
    if isinstance(value, str):
        return "".join(letter for letter in value if letter == "\n" or _is_printed(letter))
    if isinstance(value, dict):
        return {key: _harmless(inner) for key, inner in value.items()}
    return [_harmless(inner) for inner in value] if isinstance(value, list | tuple) else value


def _is_printed(letter: str) -> bool:
    # Other format letters stay: Persian names and joined emoji need U+200C and U+200D.
    return letter not in TURNING and unicodedata.category(letter) not in ("Cc", "Cs", "Co", "Cn")


def _fitted(opened: Image.Image, width: int, height: int) -> Image.Image:
    flat = Image.new("RGB", opened.size, "white")
    shown = opened.convert("RGBA")
    flat.paste(shown, mask=shown.getchannel("A"))
    flat.thumbnail((width, height))
    return flat


def _as_svg(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=86, optimize=True)
    content = base64.b64encode(file.getvalue()).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}">'
        f'<image width="{picture.width}" height="{picture.height}" href="data:image/jpeg;base64,{content}"/></svg>'
    )
