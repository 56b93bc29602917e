# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text inside files that people attach, for search: bounded in time and size, and never an exception."""

from mazot.wire.mime.content import readable
from mazot.wire.papers.office import text_of_office
from mazot.wire.papers.pdf import text_of_pdf

MOST_BYTES = 20 << 20  # of a file that is read
MOST_LETTERS = 1 << 20  # of its text that are kept

OFFICE = {"docx", "xlsx", "pptx", "odt", "ods", "odp"}
PLAIN = {"txt", "csv", "md", "log", "ics", "vcf"}
KINDS = {
    b"application/pdf": "pdf",
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"text/csv": "csv",
    b"text/calendar": "ics",
    b"text/vcard": "vcf",
    b"text/markdown": "md",
}


def kind_of(name: str, media_type: bytes) -> str:
    """What a file is by its media type, or by the end of its name; empty where its text is not read."""
    ending = name.rpartition(".")[2].lower()
    return KINDS.get(media_type) or (ending if ending in OFFICE | PLAIN | {"pdf", "html", "htm"} else "")


def text_of_file(content: bytes, kind: str) -> str:
    """The text of a file; empty where none can be read."""
    if len(content) > MOST_BYTES:
        return ""
    if kind == "pdf":
        return text_of_pdf(content, most=MOST_LETTERS)
    if kind in OFFICE:
        return text_of_office(content, most=MOST_LETTERS)
    if kind in PLAIN or kind in ("html", "htm"):
        below = b"html" if kind in ("html", "htm") else b"plain"
        return readable(content[: 2 * MOST_LETTERS], below, ())[:MOST_LETTERS]
    return ""
