# SPDX-License-Identifier: AGPL-3.0-or-later
"""QR codes as drawings that a document takes as they are."""

import io

from segno import QRCode, make


def code_of(text: str) -> str:
    """What a gate reads: at level M, so that a fold or a wet corner does not matter."""
    return drawn(make(text, error="m", micro=False))


def drawn(code: QRCode, *, cross: bool = False) -> str:
    """The code as an SVG of modules, with the Swiss cross in its middle when it is a payment's."""
    file = io.BytesIO()
    code.save(file, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    drawing = file.getvalue().decode("ascii").strip()
    if not cross:
        return drawing
    size = code.symbol_size(border=0)[0]
    # Guidelines 6.4.2: on 46 mm the cross is 7 mm, and it never changes with the number of modules.
    side, start = size * 7 / 46, size * (46 - 7) / 92
    inner, arm, bar = side * 6 / 7, side / 7 * 3.9, side / 7 * 1.17
    middle, edge = size / 2, start + (side - inner) / 2
    boxes = (
        ("#fff", start, start, side, side),
        ("#000", edge, edge, inner, inner),
        ("#fff", middle - bar / 2, middle - arm / 2, bar, arm),
        ("#fff", middle - arm / 2, middle - bar / 2, arm, bar),
    )
    marks = "".join(
        f'<rect fill="{fill}" x="{x:.3f}" y="{y:.3f}" width="{w:.3f}" height="{h:.3f}"/>' for fill, x, y, w, h in boxes
    )
    return drawing.removesuffix("</svg>") + marks + "</svg>"
