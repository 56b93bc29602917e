# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signatures of letters that leave: DKIM (RFC 6376), relaxed on both sides, with RSA or Ed25519 (RFC 8463).

The work grows with the letter and with nothing else, whatever it holds: lines, blanks and fields are each looked at
once. The whole body is signed (no l=), so that nobody adds to its end.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

# RFC 6376 section 5.4.1, without what is written on the way; List-* stands for RFC 2369, 2919 and 8058.
SIGNED = (
    *(b"from", b"date", b"subject", b"to", b"cc", b"reply-to", b"sender", b"message-id", b"in-reply-to"),
    *(b"references", b"mime-version", b"content-type", b"content-transfer-encoding"),
)
MOST_SIGNED = 60  # fields; a verifier may lose its patience with a signature as long as a letter
_FIELD_ENDS = re.compile(rb"\r\n(?![ \t])")
_BLANKS = re.compile(rb"[ \t]{2,}|\t")  # one blank stays as it is: most of a letter need not be touched
_LIST = re.compile(rb"list-[a-z-]+")
_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Signer:
    """A key of a domain, and where its other half stands: SELECTOR._domainkey.DOMAIN."""

    domain: str
    selector: str
    key: RSAPrivateKey | Ed25519PrivateKey

    @property
    def algorithm(self) -> str:
        return "rsa-sha256" if isinstance(self.key, RSAPrivateKey) else "ed25519-sha256"


def signatures(content: bytes, signers: Sequence[Signer], *, at: int) -> bytes:
    """A DKIM-Signature field of each, for the top of a letter whose every line ends with CRLF; `at` is POSIX time."""
    header, _blank, body = content.partition(b"\r\n\r\n")
    if content.startswith(b"\r\n"):
        header, body = b"", content[2:]
    names, signed = _chosen(header)
    body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest())
    return b"".join(_field(signer, names, signed, body_hash, at) for signer in signers)


def relaxed_body(body: bytes) -> bytes:
    """The body as both sides hash it: runs of blanks are one, none ends a line, no empty lines end the whole."""
    squeezed = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n")
    end = len(squeezed) - squeezed.endswith(b" ")
    while squeezed.endswith(b"\r\n", 0, end):
        end -= 2
    return squeezed[:end] + b"\r\n" if end else b""


def relaxed_field(field: bytes) -> bytes:
    """A field, without the end of its line, as both sides hash it."""
    name, _colon, value = field.partition(b":")
    value = _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" ")
    return name.rstrip(b" \t").lower() + b":" + value


def _chosen(header: bytes) -> tuple[list[bytes], bytes]:
    """What is signed: the names for h=, and the fields themselves in that order.

    A name that stands n times in h= means the n lowest fields of that name; From stands once more than there are, so
    that nobody puts a second one on top (RFC 6376 section 8.15).
    """
    found: dict[bytes, list[bytes]] = {}
    for field in _FIELD_ENDS.split(header):
        if b":" in field:
            found.setdefault(field.partition(b":")[0].rstrip(b" \t").lower(), []).append(field)
    wanted = [*SIGNED, *sorted(name for name in found if _LIST.fullmatch(name))]
    lowest_first = [(name, field) for name in wanted for field in reversed(found.get(name, []))][:MOST_SIGNED]
    signed = b"".join(relaxed_field(field) + b"\r\n" for _name, field in lowest_first)
    return [*(name for name, _field in lowest_first), b"from"], signed


def _field(signer: Signer, names: list[bytes], signed: bytes, body_hash: bytes, at: int) -> bytes:
    beginning = (
        b"DKIM-Signature: v=1; a=%b; c=relaxed/relaxed; d=%b;\r\n\ts=%b; t=%d;\r\n\th=%b;\r\n\tbh=%b;\r\n\tb="
        % (
            signer.algorithm.encode(),
            signer.domain.encode(),
            signer.selector.encode(),
            at,
            _listed(names),
            body_hash,
        )
    )
    signature = base64.b64encode(_signed(signer, signed + relaxed_field(beginning)))
    pieces = [signature[start : start + _WIDTH] for start in range(0, len(signature), _WIDTH)]
    return beginning + b"\r\n\t ".join(pieces) + b"\r\n"


def _listed(names: list[bytes]) -> bytes:
    lines = [b""]
    for name in names:
        if len(lines[-1]) + len(name) > _WIDTH:
            lines.append(b"")
        lines[-1] += name + b":"
    return b"\r\n\t ".join(lines).rstrip(b":")


def _signed(signer: Signer, text: bytes) -> bytes:
    if isinstance(signer.key, RSAPrivateKey):
        return signer.key.sign(text, PKCS1v15(), SHA256())
    return signer.key.sign(hashlib.sha256(text).digest())  # RFC 8463 section 3: Ed25519 signs the hash
