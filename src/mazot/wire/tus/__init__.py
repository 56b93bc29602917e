# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar of resumable uploads (tus 1.0.0): offsets, lengths and metadata, as values or as a clear refusal."""

import base64
import binascii
import re

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration"
CONTENT_TYPE = "application/offset+octet-stream"
MAX_METADATA = 16 * 1024
MAX_KEYS = 32

NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
KEY = re.compile(r"[!-+.-~-]{1,64}")  # printable ASCII without space and comma


class MalformedUpload(ValueError):
    """A header that cannot be read; it names the header and what is expected."""

    def __init__(self, header: str, sentence: str) -> None:
        super().__init__(sentence)
        self.header = header
        self.sentence = sentence


def number_of(header: str, value: str | None) -> int:
    """An offset or a length: decimal digits, nothing else."""
    if value is None:
        raise MalformedUpload(header, f"{header} is missing.")
    if not NUMBER.fullmatch(value):
        raise MalformedUpload(header, f"{header} is a whole number of bytes.")
    return int(value)


def metadata_of(value: str) -> dict[str, str]:
    """`Upload-Metadata`: keys and Base64 values, separated by commas (tus 1.0.0, creation)."""
    header = "Upload-Metadata"
    if len(value) > MAX_METADATA:
        raise MalformedUpload(header, f"{header} has at most {MAX_METADATA} characters.")
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in value.split(","))):
        key, _space, encoded = pair.partition(" ")
        if not KEY.fullmatch(key) or key in found or len(found) == MAX_KEYS:
            raise MalformedUpload(header, f"{header} has at most {MAX_KEYS} keys, each once, in printable letters.")
        try:
            found[key] = base64.b64decode(encoded, validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise MalformedUpload(header, f"The value of {key!r} is UTF-8 in Base64.") from error
    return found
