# SPDX-License-Identifier: AGPL-3.0-or-later
"""An authority of this test run alone, and sites on loopback that it vouches for."""

import http.server
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Its certificate lies in `file`; it vouches for whatever name it is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "authority.pem"
        self._key, self._name = ec.generate_private_key(ec.SECP256R1()), _named("Authority of tests")
        root = x509.BasicConstraints(ca=True, path_length=None)
        made = self._begun(self._name, self._key).add_extension(root, critical=True).sign(self._key, hashes.SHA256())
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def context_for(self, name: str) -> ssl.SSLContext:
        """What a server of this name answers TLS with."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        made = self._begun(_named(name), key).add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file = self.folder / f"{name}.pem"
        file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return x509.CertificateBuilder(
            self._name, subject, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1)
        )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Site:
    """Pages by their path (status, type, text; where to for a redirect), and what was asked for."""

    pages: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0


@contextmanager
def answering(site: Site, context: ssl.SSLContext) -> Iterator[Site]:
    """Serve it over HTTPS on a free port of loopback for as long as the block lasts."""

    class Asked(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, kind, text = site.pages.get(self.path, (404, "text/plain", "nothing"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status in (301, 302):
                self.send_header("Location", text)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_told: Any) -> None:
            """Nobody reads it."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self) -> tuple[Any, Any]:
            plain, place = self.socket.accept()
            return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), place

        def handle_error(self, *_told: Any) -> None:
            """A client that does not like the certificate hangs up."""

    with Server(("127.0.0.1", 0), Asked) as server:
        site.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
