# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses: the raw path is split on "/" first and decoded once, so that an encoded slash never becomes a border."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urlsplit

from mazot.wire.dav.malformed import Malformed

Segments = tuple[str, ...]

MAX_PATH = (
    16 * 1024
)  # bytes as sent; 255 characters of three bytes are 2,295 encoded, so this is 7 of the longest names
MAX_DEPTH = 128

# RFC 3986 §3.3 allows these in a segment, and none of them means anything in XML: an href needs no escaping.
_UNRESERVED = "!$()*+,;=:@~-._"
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")  # "%zz", "100%"


@lru_cache(maxsize=8192)
def segments_of(raw: bytes) -> Segments:
    """The decoded names of a raw path (`b"/a%20b/c/"` gives `("a b", "c")`); empty names fall away."""
    if len(raw) > MAX_PATH:
        raise Malformed(f"The address is longer than {MAX_PATH} bytes.", status=414)
    parts = [part for part in raw.split(b"/") if part]
    if len(parts) > MAX_DEPTH:
        raise Malformed(f"The address is deeper than {MAX_DEPTH} folders.", status=414)
    return tuple([_decoded(part) for part in parts])


def _decoded(part: bytes) -> str:
    if b"%" in part:
        if _BROKEN_ESCAPE.search(part):
            raise Malformed("The address holds a % that is followed by no two hexadecimal digits.")
        part = unquote_to_bytes(part)
        if b"/" in part:
            raise Malformed("A name in the address holds an encoded slash (%2F).")
    if part in (b".", b".."):
        raise Malformed('A name in the address is "." or "..".')
    if b"\0" in part:
        raise Malformed("A name in the address holds a NUL character (%00).")
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("A name in the address is not UTF-8.") from error


@lru_cache(maxsize=16384)
def quoted(name: str) -> str:
    """One name as it stands in an href, always encoded the same way, because clients compare hrefs as strings."""
    # A lone surrogate cannot come from UTF-8; should one have been stored, its listing must still be readable.
    return quote(name.encode("utf-8", "replace"), safe=_UNRESERVED)


def href_of(mount: str, path: Segments, *, is_collection: bool) -> str:
    """The absolute path of a resource below an encoded mount that ends in "/"."""
    if not path:
        return mount
    return mount + "/".join([quoted(name) for name in path]) + ("/" if is_collection else "")


def destination_of(value: bytes, *, hosts: frozenset[str]) -> bytes:
    """The raw path of a Destination header (RFC 4918 §10.3): an absolute path, or an address on one of our hosts."""
    if value.startswith(b"/") and not value.startswith(b"//"):
        return value.split(b"?", 1)[0].split(b"#", 1)[0]
    try:
        address = urlsplit(value)
        host = address.netloc.rpartition(b"@")[2].decode("ascii").lower()
    except (ValueError, UnicodeDecodeError) as error:
        raise Malformed("The Destination header is no address.") from error
    if address.scheme not in (b"http", b"https") or not host:
        raise Malformed("The Destination header is neither an absolute path nor an http address.")
    if bare_host(host) not in hosts:
        # RFC 4918 §9.8.5: a destination on another server is 502.
        raise Malformed("The Destination header names another server.", status=502)
    return address.path or b"/"


def bare_host(host: str) -> str:
    """A host without the port when it is the usual one."""
    return host.lower().removesuffix(":80").removesuffix(":443")
