# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from pathlib import Path

import pytest

from mazot.ui import assets
from mazot.ui.templatetags import ui

MANIFEST = {
    "styles:ui": {"file": "assets/ui-1.js", "css": ["assets/ui-1.css"]},
    "script:drive/upload": {"file": "assets/up-1.js", "imports": ["_part.js"], "css": ["assets/up-1.css"]},
    "_part.js": {"file": "assets/part-1.js", "imports": ["_deep.js"]},
    "_deep.js": {"file": "assets/deep-1.js", "imports": ["_part.js"]},
}


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assets._read.cache_clear()
    monkeypatch.setattr(assets, "BUILT", tmp_path)
    yield tmp_path
    assets._read.cache_clear()


def test_a_missing_build_leaves_plain_pages(build: Path) -> None:
    assert (ui.styles("ui"), ui.asset("drive/upload"), ui.asset_file("art/x.svg"), assets.icon("folder")) == ("",) * 4


def test_a_torn_manifest_is_a_missing_build(build: Path) -> None:
    (build / "manifest.json").write_text("{")
    assert ui.styles("ui") == ""


def test_an_island_brings_what_it_needs_once(build: Path) -> None:
    (build / "manifest.json").write_text(json.dumps(MANIFEST))
    html = ui.asset("drive/upload")
    assert html.count('<script type="module" src="/static/assets/up-1.js"></script>') == 1
    assert html.count("modulepreload") == 2
    assert '<link rel="stylesheet" href="/static/assets/up-1.css">' in html


def test_a_room_without_style_or_script_asks_for_nothing(build: Path) -> None:
    (build / "manifest.json").write_text(json.dumps(MANIFEST))
    assert ui.styles("nowhere") == ""
    assert ui.asset("nowhere/island") == ""
