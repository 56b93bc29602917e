# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text in the files attached to a letter: read when it is indexed, for it takes longer than a delivery may."""

from mazot.products.mail.queries.messages import content_of
from mazot.wire.mime import Parts, UnknownEncoding
from mazot.wire.mime.content import files_of, undone
from mazot.wire.papers import MOST_BYTES, MOST_LETTERS, kind_of, text_of_file

MOST_FILES = 12  # of one letter that are read


def text_of_papers(digest: str, packed: bytes) -> str:
    content, found, size, n_files = content_of(digest), [], 0, 0
    for name, media_type, place in files_of(content, Parts.unpack(packed)):
        kind = kind_of(name, media_type)
        if not kind or place.end - place.body > 2 * MOST_BYTES:
            continue
        try:
            text = text_of_file(undone(bytes(content[place.body : place.end]), place.encoding), kind)
        except UnknownEncoding:
            continue
        found.append(text)
        size, n_files = size + len(text), n_files + 1
        if n_files >= MOST_FILES or size > MOST_LETTERS:
            break
    return "\0".join(found)[:MOST_LETTERS]
