# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a page may weigh, measured on the real build."""

import gzip
import json
import re
from pathlib import Path

import pytest

from mazot.ui import assets

SOURCE = Path(__file__).resolve().parents[2]
SHEETS = sorted(
    path for place in ("ui", "products") for path in (SOURCE / place).rglob("*.css") if "built" not in path.parts
)
PAGE_BUDGET = 60_000


def weight(name: str) -> int:
    return len(gzip.compress((assets.BUILT / name).read_bytes(), 9))


@pytest.fixture
def manifest() -> dict[str, dict[str, object]]:
    if not (assets.BUILT / "manifest.json").is_file():
        pytest.skip("the front end is not built: npm run build")
    return json.loads((assets.BUILT / "manifest.json").read_text())


def _needed(manifest: dict, name: str, seen: set[str]) -> set[str]:
    if name not in seen:
        seen.add(name)
        for part in manifest[name].get("imports", ()):
            _needed(manifest, part, seen)
    return seen


def test_an_ordinary_page_loads_at_most_60_kilobytes_of_script(manifest: dict) -> None:
    page = _needed(manifest, "script:ui/page", set())
    shared = {manifest[name]["file"] for name in page}
    for name in [key for key in manifest if key.startswith("script:")]:
        files = shared | {manifest[part]["file"] for part in _needed(manifest, name, set())}
        assert sum(weight(str(file)) for file in files) <= PAGE_BUDGET, name


def test_the_frame_alone_takes_a_third_of_it(manifest: dict) -> None:
    files = {manifest[name]["file"] for name in _needed(manifest, "script:ui/page", set())}
    assert sum(weight(str(file)) for file in files) <= 22_000


def test_a_page_for_strangers_takes_a_tenth_of_it(manifest: dict) -> None:
    files = {manifest[name]["file"] for name in _needed(manifest, "script:ui/visit", set())}
    assert sum(weight(str(file)) for file in files) <= 6_000


def test_every_icon_and_picture_that_a_template_names_is_built(manifest: dict) -> None:
    icons = json.loads((assets.BUILT / "icons.json").read_text())
    named: set[str] = set()
    for path in [*SOURCE.rglob("*.html")]:
        source = path.read_text()
        named |= set(re.findall(r'{% icon "([a-z0-9-]+)"', source)) | set(re.findall(r'\sicon="([a-z0-9-]+)"', source))
    assert sorted(named - icons.keys()) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_every_sheet_lies_wholly_in_one_layer(path: Path) -> None:
    source = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S).strip()
    if path.name == "layers.css":
        assert re.fullmatch(r"@layer [a-z, ]+;", source)
        return
    layer = {"tokens": "tokens", "layout": "layout", "components": "components", "products": "products"}
    wanted = next((layer[part] for part in path.parts if part in layer), "(reset|base|utilities|print)")
    opened = re.match(rf"@layer {wanted} {{", source)
    assert opened
    depth = 0
    for at, letter in enumerate(source):
        depth += (letter == "{") - (letter == "}")
        if depth == 0 and letter == "}":
            assert source[at + 1 :].strip() == ""


def test_every_class_that_a_template_names_has_a_rule() -> None:
    ruled = set(re.findall(r"\.([a-z][\w-]*)", " ".join(path.read_text() for path in SHEETS)))
    bare = []
    for path in SOURCE.rglob("*.html"):
        source = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text())
        for name in {name for listed in re.findall(r'class="([^"]*)"', source) for name in listed.split()}:
            if re.fullmatch(r"[a-z][\w-]*", name) and not name.endswith("-") and name not in ruled:
                bare.append(f"{path.relative_to(SOURCE)}: {name}")
    assert sorted(bare) == []
