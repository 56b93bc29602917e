# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.tenancy.rules.identifiers import fault_of, kept


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (" Nora@Favre.Example ", "nora@favre.example"),
        ("\uff4e\uff4f\uff52\uff41@favre.example", "nora@favre.example"),  # full width
        ("\u212aarl@favre.example", "karl@favre.example"),  # the Kelvin sign
        ("o\ufb03ce@favre.example", "office@favre.example"),  # a ligature
    ],
)
def test_what_looks_the_same_is_kept_the_same(typed, same):
    assert kept(typed) == same


@pytest.mark.parametrize(
    ("identifier", "fault"),
    [
        ("nora@favre.example", ""),
        ("nora@m\u00fcller.example", ""),
        (
            "nora@\u043f\u043e\u0447\u0442\u0430-\u0436\u0443\u043a.example",
            "",
        ),  # Cyrillic throughout, with its own letters
        ("nora@\u6771\u4eac\u30bf\u30ef\u30fc.example", ""),
        ("n\u043era@favre.example", "not_ascii"),  # a Cyrillic o
        ("nora@f\u0430vre.example", "mixed_scripts"),  # a Cyrillic a among Latin
        ("nora@\u0430\u0440\u0440\u04cf\u0435.example", "looks_like_another"),  # Cyrillic throughout, reads "apple"
        ("nora@m\u0131mosa.example", "looks_like_another"),  # a dotless i
        ("nora@xn--80ak6aa92e.example", "looks_like_another"),  # the same trick in punycode
        ("nora\u202egro@favre.example", "invisible"),  # right-to-left override
        ("no\u200bra@favre.example", "invisible"),
        ("nora@favre.example\nbcc: x@y.example", "invisible"),
    ],
)
def test_what_misleads_the_eye_is_found(identifier, fault):
    assert fault_of(identifier) == fault
