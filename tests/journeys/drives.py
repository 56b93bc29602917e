# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Drive's journeys share: Malik in a browser, in a folder that no other test knows."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from tests.browser import WIDE, House, expect, picture, ready, violations
from tests.furnish import ACCOUNT_PASSWORD


class Room:
    """One folder of Malik's, as a browser and as WebDAV see it."""

    def __init__(self, house: House, size: dict[str, int] = WIDE, **details: Any) -> None:
        self.house, malik = house, house.served.people["malik"]
        self.login, self.name = malik["login"], f"Room {uuid4().hex[:8]}"
        self.dav = httpx.Client(base_url=house.address, auth=(malik["login"], malik["secret"]), timeout=60)
        self.mount = f"{malik['webdav']}{quote(self.name)}/"
        assert self.dav.request("MKCOL", self.mount).status_code == 201
        self.page = self.visitor(size, **details)
        self.url = self.page.url

    def visitor(self, size: dict[str, int] = WIDE, **details: Any) -> Any:
        """One more browser of Malik's, in this folder."""
        page = self.house.visitor(size, **details)
        self.house.sign_in(page, self.login, ACCOUNT_PASSWORD)
        page.goto("/drive/")
        page.get_by_role("link", name=self.name, exact=True).click()
        expect(page.get_by_role("heading", name=self.name)).to_be_visible()
        if details.get("java_script_enabled", True):
            ready(page)
        return page

    @property
    def id(self) -> str:
        return str(self.url.rstrip("/").rpartition("/")[2])

    def put(self, name: str, content: bytes = b"some words") -> None:
        assert self.dav.put(self.mount + quote(name), content=content).status_code in (201, 204)

    def get(self, path: str) -> bytes:
        answer = self.dav.get(self.mount + quote(path))
        assert answer.status_code == 200, path
        return answer.content

    def row(self, name: str, page: Any = None) -> Any:
        return (page or self.page).locator(f'tr[data-name="{name}"]')

    def shows(self, names: Iterable[str]) -> None:
        """Wait until exactly these are listed, in this order."""
        expect(self.page.locator("a.file__name")).to_have_text(list(names))

    def upload(self, *paths: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.page.locator(".sidebar .drive__new").click()
            self.page.locator('#drive-new [data-upload="files"]').click()
        chooser.value.set_files([str(path) for path in paths])

    def slow_down(self, bytes_per_second: int) -> Any:
        """Make the line slow (or fast again, with -1)."""
        wire = self.page.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        conditions = {"offline": False, "latency": 1, "downloadThroughput": -1, "uploadThroughput": bytes_per_second}
        wire.send("Network.emulateNetworkConditions", conditions)
        return wire

    def look_at(self, name: str) -> None:
        picture(self.page, f"drive-{name}")
        assert violations(self.page) == [], name


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
