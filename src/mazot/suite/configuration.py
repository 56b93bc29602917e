# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an operator sets: one TOML file in the data folder, the environment above it, flags above both."""

import hashlib
import os
import secrets
import tempfile
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

ENVIRONMENT = "MAZOT_"
PORTS_TOLD = ("submission_port", "imap_port", "sieve_port", "imaps_port", "submissions_port")
SOCKET_PATH_LIMIT = 104  # bytes of sun_path (unix(7)), less on some systems than Linux's 108


@dataclass(frozen=True, slots=True)
class Configuration:
    """Every setting of the program; `MAZOT_DATABASE`, `MAZOT_HTTP`… set the field of that name."""

    data: Path
    http: str = "127.0.0.1:8000"
    smtp: str = "127.0.0.1:2525"  # mail from other servers; "" turns a door off, port 0 takes a free one
    lmtp: str = "127.0.0.1:2424"  # mail from a server in front
    submission: str = "127.0.0.1:2587"  # mail from programs of people
    imap: str = "127.0.0.1:2143"
    sieve: str = "127.0.0.1:4190"  # ManageSieve
    imaps: str = ""  # the same as imap in TLS from the first byte (RFC 8314): it needs a certificate
    submissions: str = ""
    submission_port: int = 0  # the port told to programs, where a firewall brings it to the door; 0 for the door's own
    imap_port: int = 0
    sieve_port: int = 0
    imaps_port: int = 0
    submissions_port: int = 0
    certificate: str = ""  # path of the PEM chain the mail doors offer TLS with; "" for none
    certificate_key: str = ""  # path of its key; "" when the key is in the same file
    mail_name: str = ""  # how this server greets other mail servers; "" for the host of public_url
    smarthost: str = ""  # HOST:PORT of a server that takes every letter; "" to bring them to their domains
    smarthost_login: str = ""
    smarthost_password: str = ""
    relay_port: int = 25  # where other mail servers listen
    policy_port: int = 443  # where the sites of other domains tell how mail is brought to them (MTA-STS)
    authorities: str = ""  # path of certificates (PEM) that count for other mail servers beside the system's own
    private_relays: bool = False  # whether letters may go to servers inside a private network
    public_url: str = ""
    database: str = ""  # "" for SQLite in the data folder, or postgresql://user:password@host:port/name
    bus: str = ""  # path of the hub's socket; "" for the one in the data folder
    trusted_proxies: int = 0
    development: bool = False
    resolver: str = ""  # ADDRESS:PORT of the name server to ask; "" for those this machine is set to
    rspamd: str = ""  # http://HOST:PORT of its normal worker, asked for an opinion on each letter that comes in
    spamd: str = ""  # HOST:PORT of SpamAssassin's daemon, or the path of its socket
    clamd: str = ""  # HOST:PORT of ClamAV's daemon, or the path of its socket: letters with viruses are refused
    unscanned: str = "accept"  # while clamd does not answer; or "defer": everybody is asked to come again
    blocklists: str = ""  # zones that list senders of spam by their network address, with commas between
    private_webhooks: bool = False  # whether webhooks may reach addresses inside a private network
    private_imports: bool = False  # whether mail may be brought here from servers inside a private network
    page_threads: int = 4
    job_threads: int = 2
    relay_threads: int = 2  # letters on their way out at once
    index_threads: int = 1  # that make letters searchable; 0: another node does
    logs: str = "console"  # or "json": one object a line
    letters: str = ""  # "queue", "file" (data/outbox) or "console"; "" for queue where public_url is https, else file

    @classmethod
    def read(cls) -> Self:
        """Read the environment and `mazot.toml`."""
        data = Path(os.environ.get(f"{ENVIRONMENT}DATA", "data")).resolve()
        told: dict[str, Any] = {}
        if (file := data / "mazot.toml").is_file():
            try:
                told |= tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SystemExit(f"{file}: {error}.") from error
        for field in fields(cls):
            if (value := os.environ.get(f"{ENVIRONMENT}{field.name.upper()}")) is not None:
                told[field.name] = value
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(told) - known):
            raise SystemExit(f"mazot.toml: unknown setting {unknown[0]!r}; known are {', '.join(sorted(known))}.")
        for name in {"relay_port", "policy_port", *PORTS_TOLD} & set(told):
            told[name] = _port(name, told[name])
        told["data"] = data
        _check_logs(told)
        _check_letters(told)
        _check_scanners(told)
        for name in ("trusted_proxies", "page_threads", "job_threads", "relay_threads", "index_threads"):
            if name in told:
                told[name] = _count(name, told[name])
        for name in {"development", "private_webhooks", "private_relays", "private_imports"} & set(told):
            told[name] = str(told[name]).lower() in ("1", "true", "yes")
        return cls(**told)

    @property
    def blobs(self) -> Path:
        return self.data / "blobs"

    @property
    def hub(self) -> Path:
        path = Path(self.bus) if self.bus else self.data / "run" / "bus.sock"
        if len(os.fsencode(path)) < SOCKET_PATH_LIMIT:
            return path
        mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"mazot-{os.getuid()}-{mark}" / "bus.sock"

    @property
    def address(self) -> str:
        """Where people reach us."""
        return (self.public_url or f"http://{self.http}").rstrip("/")

    @property
    def mail_host(self) -> str:
        """Our name among mail servers."""
        return self.mail_name or urlsplit(self.address).hostname or "localhost"

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")

    @property
    def queues_letters(self) -> bool:
        """Whether letters to people leave by the mail queue: a server that others reach can write to them."""
        return self.letters == "queue" or (not self.letters and self.is_secure)

    def key(self, name: str) -> str:
        """A secret of this server, made once and kept in the data folder, outside the database."""
        file = self.data / "keys" / name
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.parent.chmod(0o700)
            temporary = file.with_name(f".{name}.{secrets.token_hex(4)}")
            temporary.write_text(secrets.token_urlsafe(48), encoding="ascii")
            temporary.chmod(0o600)
            try:
                os.link(temporary, file)  # fails if another process was first; its key is then the key
            except FileExistsError:
                pass
            finally:
                temporary.unlink()
        return file.read_text(encoding="ascii")


def _check_letters(told: dict[str, Any]) -> None:
    if told.get("letters", "") not in ("", "queue", "file", "console"):
        raise SystemExit(f"letters is queue, file or console, and not {told['letters']!r}.")


def _check_scanners(told: dict[str, Any]) -> None:
    if told.get("unscanned", "accept") not in ("accept", "defer"):
        raise SystemExit(f"unscanned is accept or defer, and not {told['unscanned']!r}.")
    for name in ("clamd", "spamd"):
        where = str(told.get(name, ""))
        if where and not where.startswith("/") and not where.rpartition(":")[2].isdigit():
            raise SystemExit(f"{name} is HOST:PORT or the path of a socket, and not {where!r}.")
    if (where := str(told.get("rspamd", ""))) and not where.startswith("http://"):
        raise SystemExit(f"rspamd is http://HOST:PORT, and not {where!r}.")


def _check_logs(told: dict[str, Any]) -> None:
    if told.get("logs", "console") not in ("console", "json"):
        raise SystemExit(f"logs is console or json, and not {told['logs']!r}.")


def _port(name: str, told: object) -> int:
    if not str(told).isdigit() or not 1 <= int(str(told)) <= 65535:
        raise SystemExit(f"{name} is a port from 1 to 65535, and not {told!r}.")
    return int(str(told))


def _count(name: str, told: object) -> int:
    try:
        count = int(str(told))
    except ValueError as error:
        raise SystemExit(f"{name} is a number, and not {told!r}.") from error
    lowest = 0 if name in ("trusted_proxies", "index_threads") else 1
    if not lowest <= count <= 64:
        raise SystemExit(f"{name} is a number from {lowest} to 64, and not {count}.")
    return count
