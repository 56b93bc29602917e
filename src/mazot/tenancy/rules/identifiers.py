# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be a login identifier, and which ones are the same to the eye.

An identifier is compared in compatibility form (NFKC) without case, so that full-width letters, ligatures and the
Kelvin sign are the letters they look like. The part before the @ is ASCII. A label of the host may be of another
script, but of one only (UTS #39 §5.2, single script), and not made wholly of letters that pass for ASCII ones.
"""

import re
import unicodedata

LONGEST = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets

# Letters that pass for ASCII ones in common typefaces (UTS #39, confusables): Cyrillic, Greek, Latin and Armenian.
_ALIKE = (
    ("\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u04bb\u0501", "aeopcxyijshd"),
    ("\u051b\u051d\u04cf\u0433\u043f\u0442\u0432\u043c\u043a\u043d\u044c", "qwlrntbmkhb"),
    ("\u03b1\u03bf\u03b5\u03bd\u03c1\u03c4\u03c5\u03c7\u03b9\u03ba\u03b3\u03b7\u03c9", "aoevptuxikynw"),
    ("\u0131\u0261\u0251\u0578", "igan"),
)
_LOOKS_LIKE = str.maketrans("".join(strange for strange, _ in _ALIKE), "".join(plain for _, plain in _ALIKE))


def kept(typed: str) -> str:
    """The identifier in the form in which it is kept and compared."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", typed).casefold()).strip()


def fault_of(identifier: str) -> str:
    """Why this identifier (in its kept form) cannot be one; empty when it can.

    Syntax is checked elsewhere: here it is about what misleads the eye.
    """
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs") for letter in identifier):
        return "invisible"
    name, _at, host = identifier.rpartition("@")
    if not name.isascii():
        return "not_ascii"
    labels = [label for label in _shown(host).split(".") if not label.isascii()]
    if any(len(scripts_of(label)) > 1 for label in labels):
        return "mixed_scripts"
    if any(label.translate(_LOOKS_LIKE).isascii() for label in labels):
        return "looks_like_another"
    return ""


def scripts_of(label: str) -> set[str]:
    """The scripts of a label's letters, by the first word of each one's name ("CYRILLIC SMALL LETTER A")."""
    letters = (letter for letter in label if letter.isalpha())
    found = {re.split("[ -]", unicodedata.name(letter, "UNKNOWN"))[0] for letter in letters}
    # Japanese is written with three scripts together (UTS #39 §5.2), as Mazot's readers of Japanese expect.
    return {"JAPANESE"} if found and found <= {"HIRAGANA", "KATAKANA", "CJK"} else found


def _shown(host: str) -> str:
    """The host with its punycode labels as they are shown: the trick works in either spelling."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(label.encode().decode("idna") if label.startswith("xn--") else label)
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)
