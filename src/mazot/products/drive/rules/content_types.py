# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which kind of content a file is, by its extension first: what clients announce is often wrong or missing."""

import mimetypes
import re

UNKNOWN = "application/octet-stream"
VALID = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}")

# The library's own table, without the files of the machine it runs on, so that every server answers alike.
_TABLE = mimetypes.MimeTypes(filenames=())

OURS = {
    "7z": "application/x-7z-compressed",
    "avif": "image/avif",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eml": "message/rfc822",
    "epub": "application/epub+zip",
    "flac": "audio/flac",
    "gz": "application/gzip",
    "heic": "image/heic",
    "ics": "text/calendar",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "m4a": "audio/mp4",
    "markdown": "text/markdown",
    "md": "text/markdown",
    "mkv": "video/x-matroska",
    "odg": "application/vnd.oasis.opendocument.graphics",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "toml": "application/toml",
    "vcf": "text/vcard",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "zip": "application/zip",
}


def content_type_of(name: str, announced: str = "") -> str:
    """The media type by extension, else as announced if it looks like one, else unknown bytes."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if known := OURS.get(extension) or _TABLE.types_map[1].get(f".{extension}"):
        return known
    bare = announced.partition(";")[0].strip().lower()
    return bare if VALID.fullmatch(bare) else UNKNOWN
