# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the front-end build left in `built/`: scripts, styles, files and icons, found by their source names.

A missing build is no error: pages then are plain forms, without style or script.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

BUILT = Path(__file__).resolve().parent / "built"


def _stamp(path: Path) -> int:
    """When the build last wrote; asked only where a developer builds again under a running Mazot."""
    if not settings.MAZOT.development:
        return 0
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _read(name: str, _stamp: int) -> dict[str, Any]:
    try:
        return json.loads((BUILT / name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def _table(name: str) -> dict[str, Any]:
    return _read(name, _stamp(BUILT / name))


def address(file: str) -> str:
    return f"{settings.STATIC_URL}{file}"


def _entry(name: str) -> dict[str, Any]:
    entries: dict[str, Any] = _table("manifest.json")
    return entries.get(name, {})


def _with_imports(entry: dict[str, Any], seen: set[str]) -> Iterator[dict[str, Any]]:
    for key in entry.get("imports", ()):
        if key not in seen:
            seen.add(key)
            yield from _with_imports(_entry(key), seen)
    yield entry


def styles(name: str) -> list[str]:
    """Addresses of the style sheets of a room, or of the shell itself (`ui`)."""
    return [address(css) for entry in _with_imports(_entry(f"styles:{name}"), set()) for css in entry.get("css", ())]


def script(name: str) -> tuple[str, list[str], list[str]] | None:
    """The module of an entry such as `drive/upload`, the modules it needs at once, and its style sheets."""
    entry = _entry(f"script:{name}")
    if not entry:
        return None
    parts = list(_with_imports(entry, set()))
    return (
        address(entry["file"]),
        [address(part["file"]) for part in parts[:-1]],
        [address(css) for part in parts for css in part.get("css", ())],
    )


def file(name: str) -> str:
    """Address of a file that is neither script nor style, such as `art/panorama-1-dawn.svg`."""
    found = _table("files.json").get(name)
    return address(found) if found else ""


def icon(name: str) -> str:
    """The drawing of an icon, without its frame; nothing if there is no such icon."""
    return str(_table("icons.json").get(name, ""))
