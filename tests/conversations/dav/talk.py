# SPDX-License-Identifier: AGPL-3.0-or-later
"""One client of a served Mazot, close enough to the wire to be rude."""

import http.client
import socket
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from lxml import etree

from tests.served import Served

D = "{DAV:}"
Headers = dict[str, str] | tuple[tuple[str, str], ...]


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> Any:
        return etree.fromstring(self.body)

    @property
    def hrefs(self) -> list[str]:
        return [element.text for element in self.xml.iter(f"{D}href") if element.getparent().tag == f"{D}response"]

    def found(self, name: str) -> Any:
        """The first element of that DAV: name."""
        return next(self.xml.iter(D + name))

    @property
    def etag(self) -> str:
        return self.headers["etag"]

    @property
    def token(self) -> str:
        return self.headers["lock-token"].strip("<>")


class Client:
    """A person's program, working in a folder of its own."""

    def __init__(self, served: Served, person: str = "malik", *, folder: str = "", secret: str = "") -> None:
        self.served = served
        self.login = served.people[person]["login"]
        self.secret = secret or served.people[person]["secret"]
        self.mount = served.people[person]["webdav"]
        self.root = self.mount + folder

    def in_new_folder(self) -> "Client":
        self.root = f"{self.mount}{uuid4().hex}/"
        assert self.ask("MKCOL", "").status == 201
        return self

    def connect(self) -> socket.socket:
        return socket.create_connection((self.served.host, self.served.port), timeout=30)

    def head_of(self, method: str, path: bytes, headers: Headers) -> bytes:
        """Request line and headers as bytes."""
        access = b64encode(f"{self.login}:{self.secret}".encode()).decode()
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        names = {name.lower() for name, _ in pairs}
        if "host" not in names:
            pairs.insert(0, ("Host", f"{self.served.host}:{self.served.port}"))
        if "authorization" not in names:
            pairs.append(("Authorization", f"Basic {access}"))
        lines = "".join(f"{name}: {value}\r\n" for name, value in pairs if value is not None)
        return method.encode() + b" " + path + b" HTTP/1.1\r\n" + lines.encode("latin-1") + b"\r\n"

    def path_of(self, path: str | bytes) -> bytes:
        raw = path.encode() if isinstance(path, str) else path
        return raw if raw.startswith(b"/") or raw == b"*" else self.root.encode() + raw

    def url_of(self, path: str) -> str:
        return self.served.address + self.path_of(path).decode()

    def ask(self, method: str, path: str | bytes = "", headers: Headers = (), body: bytes | str = b"") -> Reply:
        """One request on one connection."""
        body = body.encode() if isinstance(body, str) else body
        pairs = list(headers.items() if isinstance(headers, dict) else headers)
        if body or method == "PUT":
            pairs.append(("Content-Length", str(len(body))))
        with self.connect() as line:
            line.sendall(self.head_of(method, self.path_of(path), tuple(pairs)) + body)
            return reply_on(line, method)

    def put(self, path: str | bytes, body: bytes | str = b"content", headers: Headers = ()) -> Reply:
        return self.ask("PUT", path, headers, body)

    def get(self, path: str | bytes = "", headers: Headers = ()) -> Reply:
        return self.ask("GET", path, headers)

    def find(self, path: str | bytes = "", *names: str, depth: str = "0", headers: Headers = ()) -> Reply:
        """PROPFIND for DAV: properties; for none, allprop."""
        body = f'<propfind xmlns="DAV:"><prop>{"".join(f"<{n}/>" for n in names)}</prop></propfind>' if names else ""
        return self.ask("PROPFIND", path, (("Depth", depth), *dict(headers).items()), body)

    def lock(self, path: str | bytes, *, scope: str = "exclusive", headers: Headers = ()) -> Reply:
        body = (
            f'<lockinfo xmlns="DAV:"><lockscope><{scope}/></lockscope><locktype><write/></locktype>'
            f"<owner>{self.login}</owner></lockinfo>"
        )
        return self.ask("LOCK", path, headers, body)

    def names(self, path: str = "") -> list[str]:
        """What the folder shows, as hrefs below it."""
        base = self.path_of(path).decode()
        return sorted(
            href.removeprefix(base) for href in self.find(path, "resourcetype", depth="1").hrefs if href != base
        )


def reply_on(line: socket.socket, method: str = "GET") -> Reply:
    """Read one answer from the connection."""
    answer = http.client.HTTPResponse(line, method=method)
    answer.begin()
    return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
