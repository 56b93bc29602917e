# SPDX-License-Identifier: AGPL-3.0-or-later
"""Content-Disposition (RFC 6266) with names of every language (RFC 8187)."""

import re
import unicodedata
from urllib.parse import quote

_NOT_PLAIN = re.compile(r'[^\x20-\x7e]|["\\%;]')
ATTR_CHAR = "!#$&+-.^_`|~"  # RFC 8187 §3.2.1, beside letters and digits


def disposition(name: str, *, inline: bool = False) -> str:
    """The header's value: a plain name for old programs, the true one for all others, and no way to break the line."""
    kind = "inline" if inline else "attachment"
    name = "".join(letter for letter in name if unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp"))
    # A path in a download's name is a way out of the folder in some programs.
    name = name.replace("/", "_").replace("\\", "_") or "download"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or "download"
    plain = _NOT_PLAIN.sub("_", plain)
    if plain == name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=ATTR_CHAR)}"
