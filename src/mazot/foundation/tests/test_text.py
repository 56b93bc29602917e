# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.text import composed, folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [("E\u0301lodie", "Élodie"), ("Élodie", "Élodie"), ("A\u030a", "Å"), ("\ufb01n", "\ufb01n")],
)
def test_text_is_stored_composed(text, expected):
    assert composed(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("Olive@Mimosa.example", "olive@mimosa.example"), ("STRASSE", "straße"), ("E\u0301lodie ", "élodie")],
)
def test_text_is_compared_without_case_form_or_outer_space(one, other):
    assert folded(one) == folded(other)
