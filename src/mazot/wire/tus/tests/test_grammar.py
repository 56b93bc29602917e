# SPDX-License-Identifier: AGPL-3.0-or-later
import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.tus import MAX_METADATA, MalformedUpload, metadata_of, number_of


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_keys_with_and_without_value_are_read():
    value = f"name {encoded('Été 漢.pdf')},replaces,  type {encoded('text/plain')}"
    assert metadata_of(value) == {"name": "Été 漢.pdf", "replaces": "", "type": "text/plain"}
    assert metadata_of("") == {}


@pytest.mark.parametrize(
    "value",
    ["name ***", "name YQ", "na\x00me YQ==", "name gICA", "a YQ==,a YQ==", "x" * (MAX_METADATA + 1), "é YQ=="],
)
def test_what_is_no_metadata_is_refused(value):
    with pytest.raises(MalformedUpload) as refusal:
        metadata_of(value)
    assert refusal.value.header == "Upload-Metadata"


@pytest.mark.parametrize("value", [None, "", "-1", "+1", "01", "1.0", " 1", "1e3", "٣", "9" * 17])
def test_what_is_no_number_of_bytes_is_refused(value):
    with pytest.raises(MalformedUpload):
        number_of("Upload-Offset", value)


@given(st.text(max_size=400))
def test_any_header_is_read_or_refused(value):
    try:
        found = metadata_of(value)
    except MalformedUpload:
        return
    assert all(isinstance(each, str) for each in found.values())
